//! Words that the desktop shows outside of the page: titles of dialogs.

use crate::session::Shell;
use chronicle_words::Args;

/// A dialog's title in the page's language.
pub fn title(shell: &Shell, key: &str) -> String {
    shell.words().say(key, &Args::new())
}
