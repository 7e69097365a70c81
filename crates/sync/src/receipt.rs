//! The one place where an answer becomes a verified receipt. Everything that is not exactly a receipt for this
//! ciphertext, signed by a receipt key of this profile, is wrong; a status alone says nothing.

use crate::line::{Answer, Cut, Line, SMALL};
use crate::outbox::Parcel;
use crate::trouble::{Reason, Trouble};
use crate::visit::Halt;
use chronicle_wire::route::Problem;
use chronicle_wire::{Day, Profile, SignedDocument, StoredReceipt, TrustError, Verified, route};
use reqwest::Method;

/// What the endpoint says about a ciphertext.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Receipt {
    /// Verified.
    Stored(Box<SignedDocument>, Day),
    /// Being made.
    Pending,
    /// Nothing there.
    Missing,
    /// What arrived under this hash was refused; a new upload may bring it.
    Refused,
}

/// Asks for the receipt of one ciphertext. Asked once more when the line is cut: the question changes nothing.
pub(crate) async fn ask(
    line: &Line,
    secret: &str,
    profile: &Profile<Verified>,
    parcel: &Parcel,
) -> Result<Receipt, Halt> {
    let path = format!("{}/{}", route::RECEIPT, parcel.sha256);
    let once = || line.ask(line.tus(Method::GET, &path, secret), SMALL);
    let answer = match once().await {
        Err(Cut::Broken) => once().await,
        other => other,
    };
    judge(&answer?, profile, parcel)
}

fn judge(answer: &Answer, profile: &Profile<Verified>, parcel: &Parcel) -> Result<Receipt, Halt> {
    let Parcel {
        sha256,
        size,
        sealed,
        ..
    } = parcel;
    match answer.status {
        200 => {
            let wrong = || Halt::parcel(Reason::ReceiptWrong.into());
            let document: SignedDocument = answer.json().ok_or_else(wrong)?;
            let receipt = StoredReceipt::verify(&document, profile, *sha256, *size, *sealed)
                .map_err(|error| match error {
                    TrustError::ReceiptDay => Halt::parcel(Reason::ReceiptDay.into()),
                    _ => wrong(),
                })?;
            Ok(Receipt::Stored(Box::new(document), receipt.day))
        }
        202 => Ok(Receipt::Pending),
        404 => Ok(Receipt::Missing),
        _ if answer.problem() == Some(Problem::Refused) => Ok(Receipt::Refused),
        status => Err(Halt::parcel(Trouble::refused(status, answer.problem()))),
    }
}
