//! Images: formats, planes, borrowed pixels.

mod band;
mod format;
mod layout;

pub(crate) use band::{Band, RowPair, split_into_bands};
pub(crate) use layout::{validate_size, validate_source, validate_target};

pub use format::Format;

/// Where a plane lies in its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plane {
    /// Byte of the first sample.
    pub offset: usize,
    /// Bytes from a row to the next, at least the bytes of a row.
    pub stride: usize,
}

/// Pixels to read.
#[derive(Debug, Clone, Copy)]
pub struct Image<'a> {
    /// The memory that holds all the planes.
    pub data: &'a [u8],
    /// How the samples are laid out.
    pub format: Format,
    /// Width in pixels, 1..=65535.
    pub width: u32,
    /// Height in pixels, 1..=65535.
    pub height: u32,
    /// The format's planes, in its order; the rest is unused.
    pub planes: [Plane; 3],
}

/// Pixels to write. No byte outside the rows of the planes is touched.
#[derive(Debug)]
pub struct ImageMut<'a> {
    /// The memory that holds all the planes.
    pub data: &'a mut [u8],
    /// How the samples are laid out.
    pub format: Format,
    /// Width in pixels, 1..=65535.
    pub width: u32,
    /// Height in pixels, 1..=65535.
    pub height: u32,
    /// The format's planes, in its order, sharing no byte; the rest is unused.
    pub planes: [Plane; 3],
}

impl<'a> Image<'a> {
    /// A row of a plane; the image has been validated.
    pub(crate) fn row(&self, plane: usize, row: usize) -> &'a [u8] {
        let (bytes, _) = self.format.plane_size(plane, self.width, self.height);
        let start = self.planes[plane].offset + row * self.planes[plane].stride;
        &self.data[start..start + bytes]
    }
}
