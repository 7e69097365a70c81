//! What leaves the child.

/// A picture in 8-bit RGBA, not premultiplied, row by row from the top left.
pub(crate) struct Pixels {
    /// Pixels across.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
    /// Four bytes for each.
    pub(crate) rgba: Vec<u8>,
}

impl Pixels {
    /// No picture at all.
    pub(crate) fn none() -> Self {
        Self {
            width: 0,
            height: 0,
            rgba: Vec::new(),
        }
    }
}
