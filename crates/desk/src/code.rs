//! A text as a QR code, to be photographed from the screen. Only its picture goes to the page.

use crate::Error;
use crate::view::CodeView;
use qrcodegen::{QrCode, QrCodeEcc};

/// Draws `text`. A fifteenth of it may be unreadable; more where the same size allows it.
///
/// # Errors
/// [`Error::NoRoom`] for a text that is longer than any code holds.
pub(crate) fn drawn(text: &str) -> Result<CodeView, Error> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| Error::NoRoom)?;
    let side = 0..code.size();
    let row = |y| {
        let dark = |x| if code.get_module(x, y) { '1' } else { '0' };
        side.clone().map(dark).collect()
    };
    Ok(CodeView {
        rows: side.clone().map(row).collect(),
    })
}
