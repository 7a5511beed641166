//! Planes and pixels of half the size, 64 bytes at a time.

use super::lanes::{fetch_near, load, store};
use crate::plain::PORTABLE;
use std::arch::x86_64::*;

/// Bytes of a block of the target.
const BLOCK: usize = 64;

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn halve_box(rows: [&[u8]; 2], ahead: [&[u8]; 2], out: &mut [u8]) {
    let done = halve::<1>(rows, ahead, [2, 2], [2, 2], out);
    (PORTABLE.halve_box)(rows.map(|row| &row[2 * done..]), [&[]; 2], &mut out[done..]);
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn halve_quarters(rows: [&[u8]; 2], ahead: [&[u8]; 2], across: [u16; 2], down: [u16; 2], out: &mut [u8]) {
    let done = halve::<1>(rows, ahead, across, down, out);
    (PORTABLE.halve_quarters)(rows.map(|row| &row[2 * done..]), [&[]; 2], across, down, &mut out[done..]);
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn halve_pairs(rows: [&[u8]; 2], ahead: [&[u8]; 2], across: [u16; 2], down: [u16; 2], out: &mut [u8]) {
    let done = halve::<2>(rows, ahead, across, down, out);
    (PORTABLE.halve_pairs)(rows.map(|row| &row[2 * done..]), [&[]; 2], across, down, &mut out[done..]);
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn halve_pixels(rows: [&[u8]; 2], out: &mut [u8]) {
    let done = halve::<4>(rows, [&[]; 2], [2, 2], [2, 2], out);
    (PORTABLE.halve_pixels)(rows.map(|row| &row[2 * done..]), &mut out[done..]);
}

/// Halves rows of `CHANNELS` samples in turn and returns the bytes written. Fetching the next rows meanwhile is worth a
/// twentieth of a 4K plane's time.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn halve<const CHANNELS: usize>(
    rows: [&[u8]; 2],
    ahead: [&[u8]; 2],
    across: [u16; 2],
    down: [u16; 2],
    out: &mut [u8],
) -> usize {
    // Products of quarters, at most 16: sums of four bytes times these fit 16 bits.
    let weights = |row: u16| _mm512_set1_epi16(i16::from_le_bytes(across.map(|weight| (weight * row) as u8)));
    let weights = [weights(down[0]), weights(down[1])];
    // Puts neighbours' bytes of a channel side by side.
    let order = _mm512_broadcast_i32x4(match CHANNELS {
        2 => _mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15),
        _ => _mm_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15),
    });
    let sum = |at: usize| {
        let pair = [load(rows[0], at), load(rows[1], at)];
        let pair = match CHANNELS {
            1 => pair,
            _ => [_mm512_shuffle_epi8(pair[0], order), _mm512_shuffle_epi8(pair[1], order)],
        };
        let sum =
            _mm512_add_epi16(_mm512_maddubs_epi16(pair[0], weights[0]), _mm512_maddubs_epi16(pair[1], weights[1]));
        _mm512_srli_epi16(_mm512_add_epi16(sum, _mm512_set1_epi16(8)), 4)
    };
    // Packing works in 128-bit parts.
    let parts = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    let whole = out.len() / BLOCK * BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        if !ahead[0].is_empty() {
            for row in ahead {
                fetch_near(row, 2 * at);
                fetch_near(row, 2 * at + BLOCK);
            }
        }
        let bytes = _mm512_packus_epi16(sum(2 * at), sum(2 * at + BLOCK));
        store(out, at, _mm512_permutexvar_epi64(parts, bytes));
    }
    whole
}
