//! Rows of Y'CbCr codes → rows of RGBA, by integer forms.

use super::half::{HALF_FRACTION_BITS, HALF_ONE, from_fixed};
use crate::color::Inverse;
use crate::kernels::{ColumnWeights, Quarters};
use crate::sample::Sample;
use crate::work::FixedForm;

/// Blends two chroma rows of one component into quarters, with a repeated sample at both ends.
#[inline(always)]
pub(crate) fn blend_codes(rows: [&[u16]; 2], weights: Quarters, out: &mut [u16]) {
    let count = out.len() - 2;
    for (out, (&a, &b)) in out[1..=count].iter_mut().zip(rows[0].iter().zip(rows[1])) {
        *out = weights[0] * a + weights[1] * b;
    }
    out[0] = out[1];
    out[count + 1] = out[count];
}

/// Chroma of every pixel in sixteenths, from quarters with a repeated sample at both ends.
#[inline(always)]
pub(crate) fn spread_quarters(quarters: &[u16], weights: ColumnWeights, out: &mut [u16]) {
    let ColumnWeights { even, odd } = weights;
    let (pairs, last) = out.as_chunks_mut::<2>();
    let [before, own, after] = [quarters, &quarters[1..], &quarters[2..]];
    for (pair, ((&before, &own), &after)) in pairs.iter_mut().zip(before.iter().zip(own).zip(after)) {
        *pair = [even[0] * before + even[1] * own, odd[0] * own + odd[1] * after];
    }
    if let [last] = last {
        let own = quarters.len() - 2;
        *last = even[0] * quarters[own - 1] + even[1] * quarters[own];
    }
}

/// 8-bit chroma of full size in sixteenths.
#[inline(always)]
pub(crate) fn sixteenths(codes: &[u8], out: &mut [u16]) {
    for (out, &code) in out.iter_mut().zip(codes) {
        *out = u16::from(code) * 16;
    }
}

/// Luma codes and chroma in sixteenths into a row of RGBA.
#[inline(always)]
pub(crate) fn load_form8(form: &FixedForm, codes: [&[u16]; 3], out: &mut [u8]) {
    let (half, shift) = (form.half(), form.shift());
    let channel = |[x, y, z, k]: [i32; 4], [luma, cb, cr]: [u16; 3]| {
        let [luma, cb, cr] = [luma, cb, cr].map(i32::from);
        let sum = x.wrapping_mul(luma).wrapping_add(y.wrapping_mul(cb)).wrapping_add(z.wrapping_mul(cr));
        u8::clamped(sum.wrapping_add(k).wrapping_add(half) >> shift)
    };
    load_rows(*form.rows(), codes, out, u8::MAX, channel);
}

#[inline(always)]
pub(crate) fn load_form16(form: &FixedForm, codes: [&[u16]; 3], out: &mut [u16]) {
    let (half, shift) = (form.half(), form.shift());
    load_rows(form.fine_rows(), codes, out, u16::MAX, |row, codes| {
        u16::clamped(fine_sum(row, codes).0.wrapping_add(half) >> shift)
    });
}

#[inline(always)]
pub(crate) fn load_form_half(form: &FixedForm, [luma, cb, cr]: [&[u16]; 3], out: &mut [u16]) {
    let rows = form.fine_rows();
    let pixels = out.as_chunks_mut::<4>().0;
    let samples = luma.chunks(HALF_BLOCK).zip(cb.chunks(HALF_BLOCK).zip(cr.chunks(HALF_BLOCK)));
    for (pixels, (luma, (cb, cr))) in pixels.chunks_mut(HALF_BLOCK).zip(samples) {
        let mut codes = [[0; HALF_BLOCK]; 3];
        for (block, row) in codes.iter_mut().zip([luma, cb, cr]) {
            block[..row.len()].copy_from_slice(row);
        }
        // A channel at a time: three at once are too long a loop for LLVM to make vectors of.
        let mut channels = [[0; HALF_BLOCK]; 3];
        for (row, channel) in rows.into_iter().zip(&mut channels) {
            half_channel(row, &codes, channel);
        }
        for (i, pixel) in pixels.iter_mut().enumerate() {
            *pixel = [channels[0][i], channels[1][i], channels[2][i], HALF_ONE];
        }
    }
}

/// Pixels that become half floats together.
const HALF_BLOCK: usize = 64;

#[inline(always)]
fn half_channel(row: FineRow, [luma, cb, cr]: &[[u16; HALF_BLOCK]; 3], out: &mut [u16; HALF_BLOCK]) {
    let mut values = [0; HALF_BLOCK];
    for (value, (&luma, (&cb, &cr))) in values.iter_mut().zip(luma.iter().zip(cb.iter().zip(cr))) {
        let (sum, low) = fine_sum(row, [luma, cb, cr]);
        // Anything above a tie is above it.
        *value = (sum | i32::from(low & 0xffff != 0)).clamp(0, 1 << HALF_FRACTION_BITS);
    }
    for (out, &value) in out.iter_mut().zip(&values) {
        *out = from_fixed(value);
    }
}

/// Coefficients, and their fractions.
type FineRow = ([i32; 4], [u32; 4]);

/// The sum, and that of the fractions.
#[inline(always)]
fn fine_sum(([x, y, z, k], [u, v, w, f]): FineRow, codes: [u16; 3]) -> (i32, u32) {
    let [a, b, c] = codes.map(u32::from);
    let low = u.wrapping_mul(a).wrapping_add(v.wrapping_mul(b)).wrapping_add(w.wrapping_mul(c)).wrapping_add(f);
    let [a, b, c] = codes.map(i32::from);
    let high = x.wrapping_mul(a).wrapping_add(y.wrapping_mul(b)).wrapping_add(z.wrapping_mul(c)).wrapping_add(k);
    (high.wrapping_add((low >> 16) as i32), low)
}

#[inline(always)]
fn load_rows<S: Copy, R: Copy>(
    rows: [R; 3],
    [luma, cb, cr]: [&[u16]; 3],
    out: &mut [S],
    opaque: S,
    channel: impl Fn(R, [u16; 3]) -> S,
) {
    let samples = luma.iter().zip(cb.iter().zip(cr));
    for (pixel, (&luma, (&cb, &cr))) in out.as_chunks_mut::<4>().0.iter_mut().zip(samples) {
        let [r, g, b] = rows.map(|row| channel(row, [luma, cb, cr]));
        *pixel = [r, g, b, opaque];
    }
}

/// A row of 8-bit 4:4:4 into RGBA (or BGRA), exactly.
#[inline(always)]
pub(crate) fn ycbcr444_to_rgb(inverse: &Inverse, codes: [&[u8]; 3], blue_first: bool, out: &mut [u8]) {
    let [luma, cb, cr] = codes;
    let samples = luma.iter().zip(cb.iter().zip(cr));
    for (pixel, (&luma, (&cb, &cr))) in out.as_chunks_mut::<4>().0.iter_mut().zip(samples) {
        let y = i32::from(luma) - inverse.luma_offset;
        let [cb, cr] = [cb, cr].map(|code| 16 * i32::from(code) - 2048);
        let [r, g, b] = [inverse.red, inverse.green, inverse.blue].map(|row| row.value(y, cb, cr));
        *pixel = if blue_first { [b, g, r, 255] } else { [r, g, b, 255] };
    }
}
