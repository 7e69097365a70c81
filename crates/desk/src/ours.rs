//! The organisation of this desk: founded, changed, its keys renewed, its people coming and going, its end. What goes out is
//! signed; what a person decided is written down with its day.

mod change;
mod colleague;
mod found;
mod keys;
mod root;
mod served;

pub use found::{Founding, Medium};
pub use root::{RootDraft, new_root_key, sign_root};

pub(crate) use found::profile_of;

use chronicle_bundle::RecipientType;

/// What a new organisation's bundles are sealed to: what is recorded on its way today is to stay closed when the curve is
/// broken.
const RECIPIENTS: RecipientType = RecipientType::Hybrid;
/// Days for which a profile is meant; years for which a caseworker's key counts, and a root is meant.
const PROFILE_DAYS: i64 = 180;
const CASEWORKER_YEARS: i64 = 1;
const ROOT_YEARS: i64 = 3;
