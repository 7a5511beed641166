//! How alike two images are.

mod psnr;
mod samples;
mod ssim;

pub use psnr::psnr;
pub use ssim::ssim;

/// A score for every component and for the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneScores {
    /// Y, Cb, Cr, or R, G, B, A, in this order whatever the format's.
    pub planes: Vec<f64>,
    /// Over all samples, as FFmpeg's filters define it (PSNR of the mean square error; SSIM's mean by samples).
    pub mean: f64,
}
