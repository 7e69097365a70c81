//! Bad input gets one clear line, the right exit status, and loses nothing: what was listed before is listed after.

mod endpoint;
mod invitations;
mod standing;
mod vaults;

/// No arguments.
const NONE: &[&str] = &[];
