//! Images: formats, planes, borrowed pixels.

mod band;
mod layout;

pub(crate) use band::{Band, RowPair, split_into_bands};
pub(crate) use layout::{validate_size, validate_source, validate_target};

/// The pixel formats, 8 bits a sample, named as WebCodecs names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One plane, bytes R G B A.
    Rgba,
    /// One plane, bytes B G R A.
    Bgra,
    /// 4:2:0, a plane of Y and one of Cb and Cr in turn.
    Nv12,
    /// 4:2:0, a plane each of Y, Cb and Cr.
    I420,
}

impl Format {
    /// Number of planes.
    pub const fn plane_count(self) -> usize {
        match self {
            Self::Rgba | Self::Bgra => 1,
            Self::Nv12 => 2,
            Self::I420 => 3,
        }
    }

    /// Bytes of a row and number of rows of a plane of a `width`×`height` image; odd sizes round chroma up.
    pub const fn plane_size(self, plane: usize, width: u32, height: u32) -> (usize, usize) {
        let (width, height) = (width as usize, height as usize);
        match (self, plane) {
            (Self::Rgba | Self::Bgra, _) => (width * 4, height),
            (_, 0) => (width, height),
            (Self::Nv12, _) => (width.div_ceil(2) * 2, height.div_ceil(2)),
            (Self::I420, _) => (width.div_ceil(2), height.div_ceil(2)),
        }
    }

    /// Whether the samples are Y'CbCr.
    pub const fn is_ycbcr(self) -> bool {
        matches!(self, Self::Nv12 | Self::I420)
    }
}

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
