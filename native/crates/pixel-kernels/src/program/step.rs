use crate::operations::BlendMode;
use crate::work::{Cube, Curves, Taps};

/// Size of a picture that `process` gets in its place among the pictures, in RGBA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureSize {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// Pixels in another place: output pixel (x, y) is `(u, v) = (x - self.x, y - self.y)` of the turned picture,
/// `(a, b) = if transpose { (v, u) } else { (u, v) }`, and source pixel `(flip_x ? width - 1 - a : a, flip_y ?
/// height - 1 - b : b)`, or `fill` outside the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Columns after it, 1..=65535.
    pub width: u32,
    /// Rows after it, 1..=65535.
    pub height: u32,
    /// Column at which the turned picture begins, within ±131070.
    pub x: i32,
    /// Row at which the turned picture begins, within ±131070.
    pub y: i32,
    /// Rows become columns.
    pub transpose: bool,
    /// Mirrors the source's columns.
    pub flip_x: bool,
    /// Mirrors the source's rows.
    pub flip_y: bool,
    /// R, G, B, A at the step's depth.
    pub fill: [u16; 4],
}

/// Weights of a picture that is mixed in, in 256ths (0 to 256).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MixWeights {
    /// One for each column.
    Columns(Vec<u16>),
    /// One for each row.
    Rows(Vec<u16>),
}

/// What is done to pixels between loading and storing, at the depth that they have there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Bilinear, of 8-bit pixels; see [`crate::Operation::Scale`].
    Scale {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Separable resampling of all channels. At 8 bits `h = (Σ w·p + 128) >> 8` across (or `p << 6`), then
    /// `clamp((Σ w·h + 2^19) >> 20)` down (or `(h + 32) >> 6`); at 16 bits
    /// `h = clamp((Σ w·p + 8192) >> 14, -16384, 81919)` (or `p`), then `clamp((Σ w·h + 8192) >> 14)` (or `clamp(h)`).
    Resample {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Along rows; none: columns stay.
        horizontal: Option<Taps>,
        /// Along columns; none: rows stay.
        vertical: Option<Taps>,
    },
    /// Crop, pad, flip, quarter turns.
    Place(Place),
    /// 3×4 in Q12; see [`crate::Operation::ColorMatrix`]. At 16 bits offsets count 257 times.
    ColorMatrix([i32; 12]),
    /// Tables; the only step that changes the depth.
    Curves(Curves),
    /// A colour cube, interpolated in tetrahedra.
    Lut3d(Cube),
    /// A picture laid over; at 16 bits its bytes count 257 times.
    Overlay {
        /// Takes the next of the pictures.
        picture: PictureSize,
        /// Column at which it begins; may lie outside.
        x: i32,
        /// Row at which it begins; may lie outside.
        y: i32,
        /// Multiplies the picture's alpha, 255 = 1.
        opacity: u8,
        /// How colours meet.
        mode: BlendMode,
    },
    /// Another picture mixed in: `(d·(256 - w) + p·w + 128) >> 8` on all channels.
    Mix {
        /// Takes the next of the pictures; of the frame's size.
        picture: PictureSize,
        /// How much of it.
        weights: MixWeights,
    },
}
