//! The standards' formulas as fractions.

use pixel_kernels::{Color, Matrix};

/// Kr, Kg, Kb over 10000.
fn luma_coefficients(matrix: Matrix) -> [i128; 3] {
    let (kr, kb) = match matrix {
        Matrix::Bt601 => (2990, 1140),
        Matrix::Bt709 => (2126, 722),
        Matrix::Bt2020 => (2627, 593),
    };
    [kr, 10000 - kr - kb, kb]
}

/// (offset, scale) of luma and the scale of chroma.
fn quantisation(color: Color) -> (i128, i128, i128) {
    if color.full_range { (0, 255, 255) } else { (16, 219, 224) }
}

/// `offset + numerator/denominator`, rounded half up, as a byte.
fn round(offset: i128, numerator: i128, denominator: i128) -> u8 {
    let value = offset + (2 * numerator + denominator).div_euclid(2 * denominator);
    value.clamp(0, 255) as u8
}

/// round(offset + scale·(Kr R + Kg G + Kb B)/255)
pub fn forward_luma(color: Color, rgb: [u8; 3]) -> u8 {
    let k = luma_coefficients(color.matrix);
    let (offset, scale, _) = quantisation(color);
    let sum: i128 = (0..3).map(|i| k[i] * i128::from(rgb[i])).sum();
    round(offset, scale * sum, 255 * 10000)
}

/// round(128 + scale·(B̄ − Ȳ)/(2(1−Kb)·255)) and the same for R, means being sums over `weight`.
pub fn forward_chroma(color: Color, sums: [i128; 3], weight: i128) -> [u8; 2] {
    let k = luma_coefficients(color.matrix);
    let (_, _, scale) = quantisation(color);
    let luma: i128 = (0..3).map(|i| k[i] * sums[i]).sum();
    [(sums[2], k[2]), (sums[0], k[0])].map(|(sum, k)| {
        // (sum·10000 − luma)/10000 over 2·(10000−k)/10000·255·weight
        round(128, scale * (10000 * sum - luma), 2 * (10000 - k) * 255 * weight)
    })
}

/// R, G, B from luma and chroma in sixteenths, rounded once.
pub fn inverse(color: Color, luma: u8, cb16: i128, cr16: i128) -> [u8; 3] {
    let [kr, kg, kb] = luma_coefficients(color.matrix);
    let (offset, scale, chroma_scale) = quantisation(color);
    // Over the denominator scale·chroma_scale·16·10000:
    let y = 255 * (i128::from(luma) - offset) * chroma_scale * 16 * 10000;
    let r = y + 2 * (10000 - kr) * 255 * (cr16 - 2048) * scale;
    let b = y + 2 * (10000 - kb) * 255 * (cb16 - 2048) * scale;
    let denominator = scale * chroma_scale * 16 * 10000;
    // G = (Y − Kr R − Kb B)/Kg
    let g = 10000 * y - kr * r - kb * b;
    [round(0, r, denominator), round(0, g, kg * denominator), round(0, b, denominator)]
}
