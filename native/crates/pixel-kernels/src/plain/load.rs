//! Rows of Y'CbCr codes → rows of RGBA, by integer forms.

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
    load_form(form, codes, out);
}

#[inline(always)]
pub(crate) fn load_form16(form: &FixedForm, codes: [&[u16]; 3], out: &mut [u16]) {
    load_form(form, codes, out);
}

#[inline(always)]
fn load_form<S: Sample>(form: &FixedForm, [luma, cb, cr]: [&[u16]; 3], out: &mut [S]) {
    let (rows, half, shift) = (*form.rows(), form.half(), form.shift());
    let channel = |[x, y, z, k]: [i32; 4], luma: i32, cb: i32, cr: i32| {
        let sum = x.wrapping_mul(luma).wrapping_add(y.wrapping_mul(cb)).wrapping_add(z.wrapping_mul(cr));
        S::clamped(sum.wrapping_add(k).wrapping_add(half) >> shift)
    };
    let samples = luma.iter().zip(cb.iter().zip(cr));
    for (pixel, (&luma, (&cb, &cr))) in out.as_chunks_mut::<4>().0.iter_mut().zip(samples) {
        let [luma, cb, cr] = [luma, cb, cr].map(i32::from);
        let [r, g, b] = rows.map(|row| channel(row, luma, cb, cr));
        *pixel = [r, g, b, S::of(S::MAX)];
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
