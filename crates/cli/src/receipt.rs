//! Receipts, for anyone: no vault, no line.

use crate::Ended;
use crate::args::ReceiptVerb;
use crate::desk::{open, read_text};
use crate::fail::Failure;
use crate::out::Out;
use chronicle_journal::verify_receipt;
use chronicle_words::Args;
use std::io::Read;

/// Does one verb.
pub(crate) fn run(verb: &ReceiptVerb, out: &Out) -> Result<Ended, Failure> {
    let ReceiptVerb::Verify {
        file,
        profile,
        sealed,
    } = verb;
    let receipt = read_text(file, "receipt-unreadable")?;
    let profile = read_text(profile, "profile-refused")?;
    let mut opened = sealed.as_deref().map(open).transpose()?;
    let sealed = opened.as_mut().map(|file| file as &mut dyn Read);
    let view = verify_receipt(&receipt, &profile, sealed)?;
    out.answer(&view, |words| {
        let args = Args::new()
            .text("organisation", view.name.as_str())
            .text("day", view.day.as_str())
            .text("hash", view.sha256.as_str());
        let counts = words.say("receipt-counts", &args);
        let whose = Args::new()
            .text("words", view.words.as_str())
            .text("russian", view.words_ru.as_str())
            .text("digits", view.digits.as_str());
        let whose = words.say("receipt-whose", &whose);
        let compared = match view.compared {
            true => "receipt-compared",
            false => "receipt-not-compared",
        };
        let compared = words.say(compared, &Args::new());
        format!("{counts}\n{compared}\n{whose}")
    })?;
    Ok(Ended::Well)
}
