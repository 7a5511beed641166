//! Colour: matrices, ranges, chroma positions, and the exact integers that conversions are made of.

mod divisor;
#[cfg(target_arch = "x86_64")]
mod fixed_inverse;
mod forward;
mod inverse;
#[cfg(test)]
mod margin_tests;

pub(crate) use divisor::Divisor;
#[cfg(target_arch = "x86_64")]
pub(crate) use fixed_inverse::{FixedInverse, Share, Split};
pub(crate) use forward::Forward;
#[cfg(target_arch = "aarch64")]
pub(crate) use forward::Rational;
pub(crate) use inverse::{Inverse, InverseRow};

/// The standard whose luma coefficients are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Matrix {
    /// BT.601: Kr 0.299, Kb 0.114.
    Bt601,
    /// BT.709: Kr 0.2126, Kb 0.0722.
    Bt709,
    /// BT.2020, non-constant luminance: Kr 0.2627, Kb 0.0593.
    Bt2020,
}

impl Matrix {
    /// Kr, Kg and Kb in ten-thousandths; they add up to 10000.
    pub const fn ten_thousandths(self) -> [i32; 3] {
        match self {
            Self::Bt601 => [2990, 5870, 1140],
            Self::Bt709 => [2126, 7152, 722],
            Self::Bt2020 => [2627, 6780, 593],
        }
    }
}

/// Where a 4:2:0 chroma sample lies among its four luma samples (H.273's chroma_sample_loc_type 0, 1 and 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChromaLocation {
    /// On the left column, between the rows (MPEG-2, H.264's default).
    Left,
    /// In the middle of the four (JPEG, MPEG-1).
    Center,
    /// On the top left sample (BT.2020).
    TopLeft,
}

/// How chroma gets its full resolution back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Upsampling {
    /// The sample of the 2×2 block that a pixel is in.
    Nearest,
    /// Weighted mean of the nearest samples, with the weights of the chroma location.
    Bilinear,
}

/// What Y'CbCr codes mean. Ignored for RGB images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    /// The luma coefficients.
    pub matrix: Matrix,
    /// Codes 0..=255 when true, 16..=235 for luma and 16..=240 for chroma when false.
    pub full_range: bool,
    /// Where chroma samples lie.
    pub chroma_location: ChromaLocation,
}
