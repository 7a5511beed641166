//! Operations on rows of RGBA that need no neighbours.

use crate::sample::Sample;

/// At 16 bits, in two halves so that products fit: with p = 256h + l,
/// `((Σm·h + ((Σm·l + 257·off + 2048) >> 8)) >> 4`.
#[inline(always)]
pub(crate) fn color_matrix16(matrix: &[i32; 12], row: &mut [u16]) {
    let (rows, _) = matrix.as_chunks::<4>();
    for pixel in row.as_chunks_mut::<4>().0 {
        let high: [i32; 3] = std::array::from_fn(|i| i32::from(pixel[i] >> 8));
        let low: [i32; 3] = std::array::from_fn(|i| i32::from(pixel[i] & 255));
        for (channel, m) in rows.iter().enumerate() {
            let lows = (m[0] * low[0] + m[1] * low[1] + m[2] * low[2] + m[3] * 257 + 2048) >> 8;
            pixel[channel] = u16::clamped((m[0] * high[0] + m[1] * high[1] + m[2] * high[2] + lows) >> 4);
        }
    }
}

/// `(weight in 256ths, picture, row)`: a row of a picture mixed in with one weight.
#[inline(always)]
pub(crate) fn mix_row8(weight: u16, picture: &[u8], row: &mut [u8]) {
    mix_row(weight, picture, row);
}

#[inline(always)]
pub(crate) fn mix_row16(weight: u16, picture: &[u8], row: &mut [u16]) {
    mix_row(weight, picture, row);
}

#[inline(always)]
fn mix_row<S: Sample>(weight: u16, picture: &[u8], row: &mut [S]) {
    for (sample, &other) in row.iter_mut().zip(picture) {
        *sample = mixed(*sample, other, u32::from(weight));
    }
}

/// `(weights of the columns, picture, row)`.
#[inline(always)]
pub(crate) fn mix_columns8(weights: &[u16], picture: &[u8], row: &mut [u8]) {
    mix_columns(weights, picture, row);
}

#[inline(always)]
pub(crate) fn mix_columns16(weights: &[u16], picture: &[u8], row: &mut [u16]) {
    mix_columns(weights, picture, row);
}

#[inline(always)]
fn mix_columns<S: Sample>(weights: &[u16], picture: &[u8], row: &mut [S]) {
    let pixels = row.as_chunks_mut::<4>().0.iter_mut().zip(picture.as_chunks::<4>().0);
    for ((pixel, other), &weight) in pixels.zip(weights) {
        for channel in 0..4 {
            pixel[channel] = mixed(pixel[channel], other[channel], u32::from(weight));
        }
    }
}

#[inline(always)]
fn mixed<S: Sample>(own: S, other: u8, weight: u32) -> S {
    S::of((own.wide() * (256 - weight) + u32::from(other) * S::BYTE * weight + 128) >> 8)
}
