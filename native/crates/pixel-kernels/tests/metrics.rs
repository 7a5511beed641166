//! PSNR and SSIM against their definitions, written down straightforwardly.

mod reference;

use pixel_kernels::{Format, KernelError, psnr, ssim};
use reference::frame::{Frame, random_byte};

/// The components as rows of samples.
fn components(frame: &Frame) -> Vec<Vec<Vec<f64>>> {
    let (width, height) = (frame.width, frame.height);
    let rows = |w: usize, h: usize, at: &dyn Fn(usize, usize) -> u8| -> Vec<Vec<f64>> {
        (0..h).map(|y| (0..w).map(|x| f64::from(at(x, y))).collect()).collect()
    };
    match frame.format {
        Format::Rgba => (0..4).map(|i| rows(width, height, &|x, y| frame.sample(0, 4 * x + i, y))).collect(),
        Format::Bgra => [2, 1, 0, 3].map(|i| rows(width, height, &|x, y| frame.sample(0, 4 * x + i, y))).to_vec(),
        _ => {
            let (columns, lines) = frame.chroma_size();
            let chroma = |i: usize| rows(columns, lines, &move |x, y| frame.chroma(i, x as i64, y as i64));
            vec![rows(width, height, &|x, y| frame.sample(0, x, y)), chroma(0), chroma(1)]
        }
    }
}

/// A frame and one that differs from it by up to 8 here and there.
fn pair(format: Format, width: usize, height: usize, seed: u64) -> (Frame, Frame) {
    let a = Frame::with_padding(format, width, height, 5, 7).randomized(seed);
    let mut b = Frame::with_padding(format, width, height, 2, 3);
    let mut state = seed;
    for plane in 0..format.plane_count() {
        let (row_bytes, rows) = format.plane_size(plane, width as u32, height as u32);
        for y in 0..rows {
            for x in 0..row_bytes {
                b.set(plane, x, y, a.sample(plane, x, y).saturating_add(random_byte(&mut state) % 9));
            }
        }
    }
    (a, b)
}

fn decibels(error: f64, samples: f64) -> f64 {
    20.0 * 255f64.log10() - 10.0 * (error / samples).log10()
}

fn cases() -> impl Iterator<Item = (Frame, Frame)> {
    let formats = [Format::Rgba, Format::Bgra, Format::Nv12, Format::I420];
    let sizes = [(16, 16), (17, 19), (64, 33), (131, 70)];
    formats.into_iter().flat_map(move |format| sizes.map(|(width, height)| pair(format, width, height, 9)))
}

#[test]
fn psnr_follows_its_definition() {
    for (a, b) in cases() {
        let scores = psnr(&a.image(), &b.image()).expect("alike");
        let (mut all_error, mut all_samples) = (0.0, 0.0);
        for ((a, b), score) in components(&a).iter().zip(&components(&b)).zip(&scores.planes) {
            let error: f64 = a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| (a - b) * (a - b)).sum();
            let samples = a.iter().flatten().count() as f64;
            assert!((score - decibels(error, samples)).abs() < 1e-9);
            all_error += error;
            all_samples += samples;
        }
        assert_eq!(scores.planes.len(), components(&a).len());
        assert!((scores.mean - decibels(all_error, all_samples)).abs() < 1e-9);
    }
}

/// From the 64 samples of every window, with the usual means and (unbiased) variances.
fn window(a: &[Vec<f64>], b: &[Vec<f64>], x: usize, y: usize) -> f64 {
    let samples: Vec<_> = (0..64).map(|i| (a[y + i / 8][x + i % 8], b[y + i / 8][x + i % 8])).collect();
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| samples.iter().map(of).sum::<f64>() / 64.0;
    let (mean_a, mean_b) = (mean(&|s| s.0), mean(&|s| s.1));
    let variance_a = mean(&|s| (s.0 - mean_a).powi(2)) * 64.0 / 63.0;
    let variance_b = mean(&|s| (s.1 - mean_b).powi(2)) * 64.0 / 63.0;
    let covariance = mean(&|s| (s.0 - mean_a) * (s.1 - mean_b)) * 64.0 / 63.0;
    let (c1, c2) = ((0.01f64 * 255.0).powi(2), (0.03f64 * 255.0).powi(2));
    (2.0 * mean_a * mean_b + c1) * (2.0 * covariance + c2)
        / ((mean_a * mean_a + mean_b * mean_b + c1) * (variance_a + variance_b + c2))
}

#[test]
fn ssim_follows_its_definition() {
    for (a, b) in cases() {
        let scores = ssim(&a.image(), &b.image()).expect("alike");
        let (mut weighted, mut samples) = (0.0, 0.0);
        for ((a, b), score) in components(&a).iter().zip(&components(&b)).zip(&scores.planes) {
            let (height, width) = (a.len(), a[0].len());
            let starts = |side: usize| (0..=side / 4 * 4 - 8).step_by(4);
            let windows: Vec<_> = starts(height)
                .flat_map(|y| starts(width).map(move |x| (x, y)))
                .map(|(x, y)| window(a, b, x, y))
                .collect();
            let expected = windows.iter().sum::<f64>() / windows.len() as f64;
            // The constants are rounded to whole numbers, as FFmpeg's are.
            assert!((score - expected).abs() < 1e-5, "{score} for {expected}");
            weighted += expected * (width * height) as f64;
            samples += (width * height) as f64;
        }
        assert!((scores.mean - weighted / samples).abs() < 1e-5);
    }
}

#[test]
fn equal_images_score_highest() {
    let (a, _) = pair(Format::Nv12, 40, 24, 1);
    assert_eq!(psnr(&a.image(), &a.image()).expect("alike").mean, f64::INFINITY);
    let scores = ssim(&a.image(), &a.image()).expect("alike");
    assert!(scores.planes.iter().chain([&scores.mean]).all(|score| (score - 1.0).abs() < 1e-12));
}

#[test]
fn images_that_cannot_be_compared_are_refused() {
    let (a, _) = pair(Format::Nv12, 40, 24, 1);
    let (other_size, _) = pair(Format::Nv12, 40, 26, 1);
    let (other_format, _) = pair(Format::I420, 40, 24, 1);
    let (small, _) = pair(Format::Nv12, 14, 24, 1);
    let code = |result: Result<_, KernelError>| result.map(|_: pixel_kernels::PlaneScores| ()).unwrap_err().code();
    assert_eq!(code(psnr(&a.image(), &other_size.image())), "E_IMAGE_MISMATCH");
    assert_eq!(code(ssim(&a.image(), &other_format.image())), "E_IMAGE_MISMATCH");
    assert_eq!(code(ssim(&small.image(), &small.image())), "E_IMAGE_MISMATCH");
    let mut short = a.clone();
    short.data.truncate(100);
    assert_eq!(code(psnr(&a.image(), &short.image())), "E_PLANE_BOUNDS");
}
