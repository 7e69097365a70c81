//! The parent's side: a picture of a file, or the text of a code in it, without its content being interpreted in this
//! process.

mod encode;
#[cfg(target_os = "linux")]
mod running;

use crate::PreviewError;
use crate::protocol::{Answer, Ask, MAX_EDGE, MAX_INPUT, MIN_EDGE, Request};
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long the child may take unless told otherwise: ten seconds.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// What is to be seen of a file. The longest edge is in pixels; it is held within 16 and 4096.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// The picture itself, the first frame of one that moves; never enlarged.
    Picture {
        /// The longest edge at most.
        edge: u32,
    },
    /// A page of a PDF.
    Page {
        /// Which one, counted from 1.
        number: u32,
        /// The longest edge.
        edge: u32,
    },
}

/// A picture for the screen, made here from pixels: nothing of the file's own bytes is in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// A PNG in 8-bit RGBA.
    pub png: Vec<u8>,
    /// How many pages the document has; none for a picture.
    pub pages: Option<u32>,
}

/// Starts the child for one file at a time. It keeps nothing; any number may work at once, at up to 768 MiB each.
#[derive(Clone, Debug)]
pub struct Previewer {
    child: PathBuf,
    deadline: Duration,
}

impl Previewer {
    /// A previewer with the child's binary at `child`, which must be the one of this build, and the [`DEADLINE`].
    #[must_use]
    pub fn new(child: impl Into<PathBuf>) -> Self {
        Self {
            child: child.into(),
            deadline: DEADLINE,
        }
    }

    /// The same with another deadline. The child ends after ten seconds of the processor in any case.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Shows a file of `size` bytes. Blocks until the child is done, at most until the deadline and as long as a read of
    /// `content` takes. Nothing touches the disk; what passed through here is overwritten, but for the picture.
    ///
    /// # Errors
    /// [`PreviewError`]; the child is gone in every case.
    pub fn preview(
        &self,
        content: &mut impl Read,
        size: u64,
        want: Want,
    ) -> Result<Picture, PreviewError> {
        let (ask, edge) = match want {
            Want::Picture { edge } => (Ask::Picture, edge),
            Want::Page { number, edge } => (Ask::Page(number), edge),
        };
        if ask == Ask::Page(0) {
            return Err(PreviewError::Damaged);
        }
        let (answer, pixels) = self.ask(content, size, ask, edge)?;
        Ok(Picture {
            width: answer.width,
            height: answer.height,
            png: encode::png(answer.width, answer.height, &pixels)?,
            pages: (answer.pages > 0).then_some(answer.pages),
        })
    }

    /// How many pages a PDF of `size` bytes has; otherwise as [`Previewer::preview`].
    ///
    /// # Errors
    /// As [`Previewer::preview`].
    pub fn pages(&self, content: &mut impl Read, size: u64) -> Result<u32, PreviewError> {
        let (answer, _) = self.ask(content, size, Ask::PageCount, MAX_EDGE)?;
        Ok(answer.pages)
    }

    /// The text of a QR code in a picture of `size` bytes, such as the photograph of a screen: of several, one that begins
    /// with `CHRONICLE` if there is such a one. It is 1 to 1024 characters of printable ASCII; codes with any other text
    /// count as none. Otherwise as [`Previewer::preview`].
    ///
    /// # Errors
    /// [`PreviewError::NoCode`] where no code can be read; [`PreviewError::Crashed`] also where the child answers with
    /// anything but such a text; otherwise as [`Previewer::preview`].
    pub fn code(
        &self,
        content: &mut impl Read,
        size: u64,
    ) -> Result<Zeroizing<String>, PreviewError> {
        let (_, text) = self.ask(content, size, Ask::Code, MAX_EDGE)?;
        let printable = text.iter().all(|byte| (b' '..=b'~').contains(byte));
        match str::from_utf8(&text) {
            Ok(text) if printable => Ok(Zeroizing::new(text.to_owned())),
            _ => Err(PreviewError::Crashed),
        }
    }

    fn ask(
        &self,
        content: &mut impl Read,
        size: u64,
        ask: Ask,
        edge: u32,
    ) -> Result<(Answer, Zeroizing<Vec<u8>>), PreviewError> {
        if size > MAX_INPUT {
            return Err(PreviewError::TooLarge);
        }
        let request = Request {
            ask,
            edge: edge.clamp(MIN_EDGE, MAX_EDGE),
            length: size,
        };
        #[cfg(target_os = "linux")]
        return running::exchange(&self.child, self.deadline, &request, content);
        // Without walls nothing is decoded.
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (request, content, &self.child, self.deadline);
            Err(PreviewError::Unavailable)
        }
    }
}
