//! What parent and child say to each other, over the child's standard input and output. One request, one answer, then
//! the child ends. All numbers are big-endian.
//!
//! | Request: 24 bytes | then |
//! |---|---|
//! | `CHM1`, what (0 picture, 1 page, 2 number of pages, 3 code), 3 zero bytes, page (u32, from 1; 0 unless a page is wanted), edge (u32), length (u64) | `length` bytes of the file |
//!
//! | Answer: 20 bytes | to | then |
//! |---|---|---|
//! | `CHA1`, status, 3 zero bytes, width (u32), height (u32), pages (u32) | a picture, a page | width × height × 4 bytes: red, green, blue, alpha, not premultiplied, row by row from the top left |
//! | the same, its width the bytes of the text, its height 1, its pages 0 | a code | width bytes: the text, printable ASCII |
//! | the same, its width and height 0 | the number of pages | nothing |
//!
//! Status: 0 done, 1 unsupported, 2 damaged, 3 too large, 4 not confined, 5 nothing of that kind in it, which only a code
//! can be answered. An answer that is not 0 has zeros after its status and nothing more. A page comes with the document's
//! number of pages, a picture with 0. The edge counts for pictures and pages alone, and is within its bounds in every
//! request. A request that is not understood gets no answer. Each side refuses what is not exactly this.

/// The most bytes of a file that are decoded: 64 MiB.
pub const MAX_INPUT: u64 = 64 << 20;
/// The most pixels that a file may claim: 100 million.
pub const MAX_PIXELS: u64 = 100_000_000;
/// The longest edge that can be asked for, in pixels.
pub const MAX_EDGE: u32 = 4096;
/// The shortest longest edge that can be asked for, in pixels.
pub const MIN_EDGE: u32 = 16;
/// The most bytes of a code's text: 1024.
pub const MAX_CODE: u32 = 1024;
/// Bytes of a request before the file.
pub const REQUEST: usize = 24;
/// Bytes of an answer before its content.
pub const ANSWER: usize = 20;

const ASKING: [u8; 4] = *b"CHM1";
const ANSWERING: [u8; 4] = *b"CHA1";

/// What is wanted of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The picture itself, its first frame when it moves.
    Picture,
    /// A page of a PDF, counted from 1.
    Page(u32),
    /// How many pages a PDF has.
    PageCount,
    /// The text of one QR code in the picture.
    Code,
}

/// A request without the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is wanted.
    pub ask: Ask,
    /// The longest edge of the answer in pixels, [`MIN_EDGE`] to [`MAX_EDGE`]; also where none is shown.
    pub edge: u32,
    /// Bytes of the file, at most [`MAX_INPUT`].
    pub length: u64,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// What was asked for follows.
    Done,
    /// Not a type that is decoded.
    Unsupported,
    /// Not what its type promises.
    Damaged,
    /// More pixels than [`MAX_PIXELS`], or more memory than there is for them.
    TooLarge,
    /// The child could not confine itself; it read nothing.
    Unconfined,
    /// Nothing of the kind in it that was asked for: no code that can be read.
    Nothing,
}

/// An answer without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub status: Status,
    /// Pixels across; of a code, the bytes of its text.
    pub width: u32,
    /// Pixels down; of a code, 1.
    pub height: u32,
    /// Pages of the document; 0 for a picture and for a code.
    pub pages: u32,
}

impl Request {
    /// The bytes on the line.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; REQUEST] {
        let (what, page) = match self.ask {
            Ask::Picture => (0, 0),
            Ask::Page(number) => (1, number),
            Ask::PageCount => (2, 0),
            Ask::Code => (3, 0),
        };
        let mut bytes = [0; REQUEST];
        let fields = ASKING
            .into_iter()
            .chain([what, 0, 0, 0])
            .chain(page.to_be_bytes())
            .chain(self.edge.to_be_bytes())
            .chain(self.length.to_be_bytes());
        bytes
            .iter_mut()
            .zip(fields)
            .for_each(|(to, from)| *to = from);
        bytes
    }

    /// Reads a request; none when a byte of it is not as written above, or a number is out of its bounds.
    #[must_use]
    pub fn parse(bytes: &[u8; REQUEST]) -> Option<Self> {
        let mut left = bytes.as_slice();
        let magic: [u8; 4] = take(&mut left)?;
        let what: [u8; 4] = take(&mut left)?;
        let page = u32::from_be_bytes(take(&mut left)?);
        let edge = u32::from_be_bytes(take(&mut left)?);
        let length = u64::from_be_bytes(take(&mut left)?);
        let ask = match (what, page) {
            ([0, 0, 0, 0], 0) => Ask::Picture,
            ([1, 0, 0, 0], 1..) => Ask::Page(page),
            ([2, 0, 0, 0], 0) => Ask::PageCount,
            ([3, 0, 0, 0], 0) => Ask::Code,
            _ => return None,
        };
        let right = magic == ASKING && (MIN_EDGE..=MAX_EDGE).contains(&edge) && length <= MAX_INPUT;
        right.then_some(Self { ask, edge, length })
    }
}

impl Answer {
    /// An answer that refuses.
    #[must_use]
    pub fn refusal(status: Status) -> Self {
        Self {
            status,
            width: 0,
            height: 0,
            pages: 0,
        }
    }

    /// The bytes on the line.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; ANSWER] {
        let status = match self.status {
            Status::Done => 0,
            Status::Unsupported => 1,
            Status::Damaged => 2,
            Status::TooLarge => 3,
            Status::Unconfined => 4,
            Status::Nothing => 5,
        };
        let mut bytes = [0; ANSWER];
        let fields = ANSWERING
            .into_iter()
            .chain([status, 0, 0, 0])
            .chain(self.width.to_be_bytes())
            .chain(self.height.to_be_bytes())
            .chain(self.pages.to_be_bytes());
        bytes
            .iter_mut()
            .zip(fields)
            .for_each(|(to, from)| *to = from);
        bytes
    }

    /// Reads an answer to `request`; none when it is not as written above, or not within what was asked.
    #[must_use]
    pub fn parse(bytes: &[u8; ANSWER], request: &Request) -> Option<Self> {
        let mut left = bytes.as_slice();
        let magic: [u8; 4] = take(&mut left)?;
        let status = match take(&mut left)? {
            [0, 0, 0, 0] => Status::Done,
            [1, 0, 0, 0] => Status::Unsupported,
            [2, 0, 0, 0] => Status::Damaged,
            [3, 0, 0, 0] => Status::TooLarge,
            [4, 0, 0, 0] => Status::Unconfined,
            [5, 0, 0, 0] => Status::Nothing,
            _ => return None,
        };
        let answer = Self {
            status,
            width: u32::from_be_bytes(take(&mut left)?),
            height: u32::from_be_bytes(take(&mut left)?),
            pages: u32::from_be_bytes(take(&mut left)?),
        };
        (magic == ANSWERING && answer.fits(request)).then_some(answer)
    }

    /// Bytes that follow this answer to `ask`, once it was parsed as one to it: of the pixels, at most 64 MiB, or of the
    /// text, at most [`MAX_CODE`].
    #[must_use]
    pub fn content_bytes(&self, ask: Ask) -> usize {
        let each = match ask {
            Ask::Picture | Ask::Page(_) | Ask::PageCount => 4,
            Ask::Code => 1,
        };
        self.width as usize * self.height as usize * each
    }

    fn fits(&self, request: &Request) -> bool {
        if self.status == Status::Nothing && request.ask != Ask::Code {
            return false;
        }
        if self.status != Status::Done {
            return *self == Self::refusal(self.status);
        }
        let edge = 1..=request.edge;
        let picture = edge.contains(&self.width) && edge.contains(&self.height);
        match request.ask {
            Ask::Picture => picture && self.pages == 0,
            Ask::Page(number) => picture && self.pages >= number,
            Ask::PageCount => self.width == 0 && self.height == 0 && self.pages > 0,
            Ask::Code => {
                (1..=MAX_CODE).contains(&self.width) && self.height == 1 && self.pages == 0
            }
        }
    }
}

fn take<const N: usize>(left: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = left.split_first_chunk()?;
    *left = rest;
    Some(*first)
}

#[cfg(test)]
mod tests;
