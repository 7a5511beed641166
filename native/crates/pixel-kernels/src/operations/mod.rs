//! What can be done to a frame between its conversions, on 8-bit RGBA, rounded after each.

mod blend_mode;
mod scale_plan;

pub use blend_mode::BlendMode;
pub(crate) use scale_plan::ScalePlan;

use crate::error::KernelError;
use crate::image::{Format, Image, validate_size, validate_source};

/// A step of a chain.
#[derive(Debug, Clone, Copy)]
pub enum Operation<'a> {
    /// Bilinear scale of all four channels, sample centres aligned, positions and weights in 256ths.
    Scale {
        /// New width in pixels, 1..=65535.
        width: u32,
        /// New height in pixels, 1..=65535.
        height: u32,
    },
    /// `clamp((m·(R, G, B) + offset + 2048) >> 12)` for each of R, G, B; row-major 3×4 in Q12. Coefficients within
    /// ±32767, offsets within ±2^22. Alpha stays.
    ColorMatrix([i32; 12]),
    /// Straight-alpha RGBA over the frame.
    Overlay {
        /// An RGBA image.
        image: Image<'a>,
        /// Column of the frame at which the image begins; may lie outside.
        x: i32,
        /// Row of the frame at which the image begins; may lie outside.
        y: i32,
        /// Multiplies the image's alpha, 255 = 1.
        opacity: u8,
    },
}

impl Operation<'_> {
    /// Checks the parameters.
    pub(crate) fn validate(&self) -> Result<(), KernelError> {
        match self {
            Self::Scale { width, height } => validate_size("scale", *width, *height),
            Self::ColorMatrix(matrix) => validate_matrix(matrix),
            Self::Overlay { image, .. } if image.format != Format::Rgba => Err(KernelError::Operation {
                message: format!("Expected an RGBA overlay but received {:?}", image.format),
            }),
            Self::Overlay { image, .. } => validate_source("overlay", image),
        }
    }
}

pub(crate) fn validate_matrix(matrix: &[i32; 12]) -> Result<(), KernelError> {
    for (index, &value) in matrix.iter().enumerate() {
        let limit = if index % 4 == 3 { 1 << 22 } else { 32767 };
        if !(-limit..=limit).contains(&value) {
            return Err(KernelError::Operation {
                message: format!("Expected element {index} of the colour matrix within ±{limit} but received {value}"),
            });
        }
    }
    Ok(())
}
