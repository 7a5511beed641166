//! Axes resampled by tables of weights: along rows into words of 14 fraction bits less the depth's, then along columns.

use crate::sample::Sample;
use crate::work::{Pattern, Taps};
use std::ops::Range;

/// A plane's row, 8-bit: `(Σ w·p + 128) >> 8`.
#[inline(always)]
pub(crate) fn columns8(row: &[u8], taps: &Taps, out: &mut [i16]) {
    plane_columns::<u8, 8>(row, taps, out);
}

/// A plane's row, 10-bit: `(Σ w·p + 512) >> 10`.
#[inline(always)]
pub(crate) fn columns10(row: &[u16], taps: &Taps, out: &mut [i16]) {
    plane_columns::<u16, 10>(row, taps, out);
}

#[inline(always)]
fn plane_columns<S: Sample, const SHIFT: u32>(row: &[S], taps: &Taps, out: &mut [i16]) {
    let Some(Pattern { period, step, inside }) = taps.pattern() else {
        return any_columns::<S, SHIFT>(row, taps, 0..out.len(), out);
    };
    any_columns::<S, SHIFT>(row, taps, 0..inside.start, out);
    any_columns::<S, SHIFT>(row, taps, inside.end..out.len(), out);
    let inner = &mut out[inside.clone()];
    match (period, step) {
        (1, 1) => repeated_columns::<S, SHIFT, 1, 1>(row, taps, inside.start, inner),
        (1, 2) => repeated_columns::<S, SHIFT, 1, 2>(row, taps, inside.start, inner),
        (1, 3) => repeated_columns::<S, SHIFT, 1, 3>(row, taps, inside.start, inner),
        (2, 1) => repeated_columns::<S, SHIFT, 2, 1>(row, taps, inside.start, inner),
        (2, 3) => repeated_columns::<S, SHIFT, 2, 3>(row, taps, inside.start, inner),
        _ => any_columns::<S, SHIFT>(row, taps, inside.clone(), out),
    }
}

/// Positions one by one.
#[inline(always)]
fn any_columns<S: Sample, const SHIFT: u32>(row: &[S], taps: &Taps, positions: Range<usize>, out: &mut [i16]) {
    for x in positions {
        let (start, weights) = taps.at(x);
        let samples = &row[start..start + weights.len()];
        let sum: i32 = samples.iter().zip(weights).map(|(p, &w)| p.wide() as i32 * i32::from(w)).sum();
        out[x] = ((sum + (1 << (SHIFT - 1))) >> SHIFT) as i16;
    }
}

/// Sums that are held at once, of each position in a period.
const SUMS: usize = 32;

/// Positions from `first` on whose weights repeat, many at once.
#[inline(always)]
fn repeated_columns<S: Sample, const SHIFT: u32, const PERIOD: usize, const STEP: usize>(
    row: &[S],
    taps: &Taps,
    first: usize,
    out: &mut [i16],
) {
    let phases: [(usize, &[i16]); PERIOD] = std::array::from_fn(|phase| taps.at(first + phase));
    for (block, out) in out.chunks_mut(SUMS * PERIOD).enumerate() {
        let periods = out.len() / PERIOD;
        for (phase, &(start, weights)) in phases.iter().enumerate() {
            let mut sums = [1 << (SHIFT - 1); SUMS];
            for (k, &weight) in weights.iter().enumerate() {
                let from = start + STEP * SUMS * block + k;
                if let Some(samples) = row.get(from..from + STEP * SUMS) {
                    for (sum, samples) in sums.iter_mut().zip(samples.as_chunks::<STEP>().0) {
                        *sum += samples[0].wide() as i32 * i32::from(weight);
                    }
                } else {
                    for (i, sum) in sums[..periods].iter_mut().enumerate() {
                        *sum += row[from + STEP * i].wide() as i32 * i32::from(weight);
                    }
                }
            }
            for (out, sum) in out.iter_mut().skip(phase).step_by(PERIOD).zip(sums) {
                *out = (sum >> SHIFT) as i16;
            }
        }
    }
}

/// A row of 8-bit RGBA: `(Σ w·p + 128) >> 8`.
#[inline(always)]
pub(crate) fn pixel_columns8(row: &[u8], taps: &Taps, out: &mut [i16]) {
    pixel_columns(row, taps, out, |sum| ((sum + 128) >> 8) as i16);
}

/// A row of 16-bit RGBA: `clamp((Σ w·p + 8192) >> 14, -16384, 81919)`.
#[inline(always)]
pub(crate) fn pixel_columns16(row: &[u16], taps: &Taps, out: &mut [i32]) {
    pixel_columns(row, taps, out, |sum| ((sum + 8192) >> 14).clamp(-16384, 81919));
}

#[inline(always)]
fn pixel_columns<S: Sample, W>(row: &[S], taps: &Taps, out: &mut [W], round: impl Fn(i32) -> W) {
    let count = taps.count();
    let (pixels, _) = row.as_chunks::<4>();
    let positions = taps.starts().iter().zip(taps.weights().chunks_exact(count));
    for (out, (&start, weights)) in out.as_chunks_mut::<4>().0.iter_mut().zip(positions) {
        let mut sums = [0i32; 4];
        for (pixel, &weight) in pixels[start as usize..start as usize + count].iter().zip(weights) {
            for channel in 0..4 {
                sums[channel] += pixel[channel].wide() as i32 * i32::from(weight);
            }
        }
        *out = sums.map(&round);
    }
}

/// How many sums are held at once.
const BLOCK: usize = 64;

/// Sums of rows, weighted, block by block.
#[inline(always)]
fn sum_rows<W: Copy, O>(
    rows: &[&[W]],
    weights: &[i16],
    out: &mut [O],
    wide: impl Fn(W) -> i32,
    round: impl Fn(i32) -> O,
) {
    let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
    let whole = blocks.len() * BLOCK;
    for (index, block) in blocks.iter_mut().enumerate() {
        let mut sums = [0i32; BLOCK];
        for (row, &weight) in rows.iter().zip(weights) {
            let samples: &[W; BLOCK] = row[index * BLOCK..][..BLOCK].try_into().expect("a block");
            for (sum, &sample) in sums.iter_mut().zip(samples) {
                *sum += wide(sample) * i32::from(weight);
            }
        }
        for (out, sum) in block.iter_mut().zip(sums) {
            *out = round(sum);
        }
    }
    for (x, out) in rest.iter_mut().enumerate() {
        let sum = rows.iter().zip(weights).map(|(row, &weight)| wide(row[whole + x]) * i32::from(weight)).sum();
        *out = round(sum);
    }
}

/// Rows of `columns8` or `pixel_columns8`: `clamp((Σ w·h + 2^19) >> 20)`.
#[inline(always)]
pub(crate) fn rows8(rows: &[&[i16]], weights: &[i16], out: &mut [u8]) {
    sum_rows(rows, weights, out, i32::from, |sum| u8::clamped((sum + (1 << 19)) >> 20));
}

/// Rows of `columns10`: `clamp((Σ w·h + 2^17) >> 18, 0, 1023)`.
#[inline(always)]
pub(crate) fn rows10(rows: &[&[i16]], weights: &[i16], out: &mut [u16]) {
    sum_rows(rows, weights, out, i32::from, |sum| ((sum + (1 << 17)) >> 18).clamp(0, 1023) as u16);
}

/// Rows of `columns8` or `columns10` in 12 bits: `clamp((Σ w·h + 2^15) >> 16, 0, 4095)`.
#[inline(always)]
pub(crate) fn rows12(rows: &[&[i16]], weights: &[i16], out: &mut [u16]) {
    sum_rows(rows, weights, out, i32::from, |sum| twelve((sum + (1 << 15)) >> 16));
}

#[inline(always)]
fn twelve(value: i32) -> u16 {
    value.clamp(0, 4095) as u16
}

/// Rows of `pixel_columns16`: `clamp((Σ w·h + 8192) >> 14)`.
#[inline(always)]
pub(crate) fn rows16(rows: &[&[i32]], weights: &[i16], out: &mut [u16]) {
    sum_rows(rows, weights, out, |h| h, |sum| u16::clamped((sum + 8192) >> 14));
}

/// Rows of samples that stay as they are across: `clamp((Σ w·p + 8192) >> 14)`.
#[inline(always)]
pub(crate) fn raw_rows8(rows: &[&[u8]], weights: &[i16], out: &mut [u8]) {
    sum_rows(rows, weights, out, i32::from, |sum| u8::clamped((sum + 8192) >> 14));
}

/// As `raw_rows8` for 10-bit codes.
#[inline(always)]
pub(crate) fn raw_rows10(rows: &[&[u16]], weights: &[i16], out: &mut [u16]) {
    sum_rows(rows, weights, out, i32::from, |sum| ((sum + 8192) >> 14).clamp(0, 1023) as u16);
}

/// 8-bit samples in 12 bits: `clamp((Σ w·p + 512) >> 10, 0, 4095)`.
#[inline(always)]
pub(crate) fn raw_rows8to12(rows: &[&[u8]], weights: &[i16], out: &mut [u16]) {
    sum_rows(rows, weights, out, i32::from, |sum| twelve((sum + 512) >> 10));
}

/// 10-bit samples in 12 bits: `clamp((Σ w·p + 2048) >> 12, 0, 4095)`.
#[inline(always)]
pub(crate) fn raw_rows10to12(rows: &[&[u16]], weights: &[i16], out: &mut [u16]) {
    sum_rows(rows, weights, out, i32::from, |sum| twelve((sum + 2048) >> 12));
}

/// As `raw_rows8` for 16-bit samples.
#[inline(always)]
pub(crate) fn raw_rows16(rows: &[&[u16]], weights: &[i16], out: &mut [u16]) {
    sum_rows(rows, weights, out, i32::from, |sum| u16::clamped((sum + 8192) >> 14));
}

/// A row from two, half as long: `columns8` with the weights `across` on samples 2x and 2x + 1, then `rows8` with
/// `down`.
#[inline(always)]
pub(crate) fn halve8(rows: [&[u8]; 2], across: [i16; 2], down: [i16; 2], out: &mut [u8]) {
    halve::<u8, 8>(rows, across, down, out);
}

/// As `halve8` for 10-bit codes.
#[inline(always)]
pub(crate) fn halve10(rows: [&[u16]; 2], across: [i16; 2], down: [i16; 2], out: &mut [u16]) {
    halve::<u16, 10>(rows, across, down, out);
}

#[inline(always)]
fn halve<S: Sample, const BITS: u32>(rows: [&[S]; 2], across: [i16; 2], down: [i16; 2], out: &mut [S]) {
    let [w0, w1] = across.map(i32::from);
    let [v0, v1] = down.map(i32::from);
    let shift = 28 - BITS;
    let sums = |pair: &[S; 2]| (pair[0].wide() as i32 * w0 + pair[1].wide() as i32 * w1 + (1 << (BITS - 1))) >> BITS;
    let pairs = rows[0].as_chunks::<2>().0.iter().zip(rows[1].as_chunks::<2>().0);
    for (out, (top, bottom)) in out.iter_mut().zip(pairs) {
        let sum = (sums(top) * v0 + sums(bottom) * v1 + (1 << (shift - 1))) >> shift;
        *out = S::of(sum.clamp(0, (1 << BITS) - 1) as u32);
    }
}
