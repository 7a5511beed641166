//! Peak signal-to-noise ratio.

use super::PlaneScores;
use super::samples::{Component, components};
use crate::error::KernelError;
use crate::image::Image;

/// PSNR in dB for a peak of 255, `+∞` where nothing differs. The mean is that of the mean square error over all
/// samples, as FFmpeg's `psnr` filter gives as `average`.
///
/// # Errors
/// [`KernelError`] when a layout doesn't fit its data, or formats or sizes differ.
pub fn psnr(a: &Image, b: &Image) -> Result<PlaneScores, KernelError> {
    let mut planes = Vec::new();
    let (mut total_error, mut total_samples) = (0, 0);
    for (a, b) in components(a, b)? {
        let error = squared_error(&a, &b);
        let samples = (a.width * a.height) as u64;
        planes.push(decibels(error, samples));
        total_error += error;
        total_samples += samples;
    }
    Ok(PlaneScores { planes, mean: decibels(total_error, total_samples) })
}

fn decibels(squared_error: u64, samples: u64) -> f64 {
    // Division by zero gives the infinity that equal images have.
    10.0 * (255.0 * 255.0 * samples as f64 / squared_error as f64).log10()
}

fn squared_error(a: &Component, b: &Component) -> u64 {
    let (mut row_a, mut row_b) = (vec![0; a.width], vec![0; b.width]);
    let mut sum = 0;
    for y in 0..a.height {
        a.read_row(y, &mut row_a);
        b.read_row(y, &mut row_b);
        // A row of at most 65535 squares of at most 255 stays below 2^32.
        sum += u64::from(row_a.iter().zip(&row_b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum::<u32>());
    }
    sum
}
