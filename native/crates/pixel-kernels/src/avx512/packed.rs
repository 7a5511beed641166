//! YUY2 into planes, 64 samples at a time.

use super::lanes::{end_stream, fetch_near, load, store, stream};
use crate::plain::PORTABLE;
use std::arch::x86_64::*;

/// Bytes of a block of the target.
const BLOCK: usize = 64;

/// Bytes of two vectors' words, in order.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn narrow(first: __m512i, second: __m512i) -> __m512i {
    // Packing works in 128-bit parts.
    _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), _mm512_packus_epi16(first, second))
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn luma_of_yuy2(row: &[u8], out: &mut [u8]) {
    let luma = _mm512_set1_epi16(255);
    let whole = out.len() / BLOCK * BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        let first = _mm512_and_si512(load(row, 2 * at), luma);
        let second = _mm512_and_si512(load(row, 2 * at + BLOCK), luma);
        store(out, at, narrow(first, second));
    }
    (PORTABLE.luma_of_yuy2)(&row[2 * whole..], &mut out[whole..]);
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn chroma_of_yuy2(rows: [&[u8]; 2], out: &mut [u8]) {
    let mean = |at: usize| _mm512_srli_epi16(_mm512_avg_epu8(load(rows[0], at), load(rows[1], at)), 8);
    let whole = out.len() / BLOCK * BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        store(out, at, narrow(mean(2 * at), mean(2 * at + BLOCK)));
    }
    (PORTABLE.chroma_of_yuy2)(rows.map(|row| &row[2 * whole..]), &mut out[whole..]);
}

/// Reads both rows once. Only past the caches is that faster than a pass for each row of the target: plain stores to
/// three places would take a fifth more time than these passes.
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn stream_yuy2(rows: [&[u8]; 2], ahead: [&[u8]; 2], luma: [&mut [u8]; 2], chroma: &mut [u8]) {
    let low = _mm512_set1_epi16(255);
    let lumas = |[first, second]: [__m512i; 2]| narrow(_mm512_and_si512(first, low), _mm512_and_si512(second, low));
    let mean = |a: __m512i, b: __m512i| _mm512_srli_epi16(_mm512_avg_epu8(a, b), 8);
    let [top, bottom] = luma;
    let whole = top.len() / BLOCK * BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        if !ahead[0].is_empty() {
            for row in ahead {
                fetch_near(row, 2 * at);
                fetch_near(row, 2 * at + BLOCK);
            }
        }
        let [a, b] = rows.map(|row| [load(row, 2 * at), load(row, 2 * at + BLOCK)]);
        stream(top, at, lumas(a));
        stream(bottom, at, lumas(b));
        stream(chroma, at, narrow(mean(a[0], b[0]), mean(a[1], b[1])));
    }
    // A fence waits for what was streamed: one a row would take a third of the time.
    if ahead[0].is_empty() {
        end_stream();
    }
    let rest = [&mut top[whole..], &mut bottom[whole..]];
    (PORTABLE.stream_yuy2)(rows.map(|row| &row[2 * whole..]), [&[]; 2], rest, &mut chroma[whole..]);
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn round_high10(words: &[u8], out: &mut [u8]) {
    // The code is the upper ten bits, so its half is the word's bit 7: the mean with 0 of the upper nine and 1 rounds.
    let rounded = |at: usize| _mm512_avg_epu16(_mm512_srli_epi16(load(words, at), 7), _mm512_setzero_si512());
    let whole = out.len() / BLOCK * BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        store(out, at, narrow(rounded(2 * at), rounded(2 * at + BLOCK)));
    }
    (PORTABLE.round_high10)(&words[2 * whole..], &mut out[whole..]);
}
