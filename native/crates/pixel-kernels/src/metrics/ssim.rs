//! Structural similarity, as FFmpeg's `ssim` filter computes it: windows of 8×8 every 4 samples, from sums of 4×4.

use super::PlaneScores;
use super::samples::{Component, components};
use crate::error::KernelError;
use crate::image::Image;

/// SSIM, 1 for equal images. The mean weights components by their samples, as FFmpeg's `All`. Samples beyond the
/// last whole 4×4 block of a component don't count.
///
/// # Errors
/// [`KernelError`] when a layout doesn't fit its data, formats or sizes differ, or a component is smaller than 8×8.
pub fn ssim(a: &Image, b: &Image) -> Result<PlaneScores, KernelError> {
    let mut planes = Vec::new();
    let (mut weighted, mut samples) = (0.0, 0.0);
    for (a, b) in components(a, b)? {
        if a.width < 8 || a.height < 8 {
            return Err(KernelError::Mismatch {
                expected: "components of at least 8x8 samples for SSIM".to_owned(),
                actual: format!("one of {}x{}", a.width, a.height),
            });
        }
        let score = component_ssim(&a, &b);
        let count = (a.width * a.height) as f64;
        weighted += score * count;
        samples += count;
        planes.push(score);
    }
    Ok(PlaneScores { planes, mean: weighted / samples })
}

/// Σa, Σb, Σ(a² + b²) and Σab of a block.
type Sums = [u32; 4];

fn component_ssim(a: &Component, b: &Component) -> f64 {
    let (blocks_across, blocks_down) = (a.width / 4, a.height / 4);
    let mut above = block_row(a, b, 0, blocks_across);
    let mut total = 0.0;
    for block_y in 1..blocks_down {
        let below = block_row(a, b, block_y, blocks_across);
        for (above, below) in above.windows(2).zip(below.windows(2)) {
            total += window_ssim(std::array::from_fn(|i| above[0][i] + above[1][i] + below[0][i] + below[1][i]));
        }
        above = below;
    }
    total / ((blocks_across - 1) * (blocks_down - 1)) as f64
}

fn block_row(a: &Component, b: &Component, block_y: usize, blocks: usize) -> Vec<Sums> {
    let (mut row_a, mut row_b) = (vec![0; a.width], vec![0; b.width]);
    let mut sums = vec![[0; 4]; blocks];
    for y in 4 * block_y..4 * block_y + 4 {
        a.read_row(y, &mut row_a);
        b.read_row(y, &mut row_b);
        let quads = row_a.chunks_exact(4).zip(row_b.chunks_exact(4));
        for (sums, (a, b)) in sums.iter_mut().zip(quads) {
            for (a, b) in a.iter().zip(b) {
                let (a, b) = (u32::from(*a), u32::from(*b));
                sums[0] += a;
                sums[1] += b;
                sums[2] += a * a + b * b;
                sums[3] += a * b;
            }
        }
    }
    sums
}

/// SSIM of 64 samples from their sums; the constants are (0.01·255)²·64 and (0.03·255)²·64·63, rounded.
fn window_ssim([a, b, squares, product]: Sums) -> f64 {
    const C1: f64 = 416.0;
    const C2: f64 = 235_963.0;
    let (a, b) = (f64::from(a), f64::from(b));
    let variances = f64::from(squares) * 64.0 - a * a - b * b;
    let covariance = f64::from(product) * 64.0 - a * b;
    (2.0 * a * b + C1) * (2.0 * covariance + C2) / ((a * a + b * b + C1) * (variances + C2))
}
