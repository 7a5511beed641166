//! The two passes of a bilinear scale.

use super::lanes::{load, load_half, store};
use crate::blocks;
use crate::kernels::Columns;
use crate::scalar;
use std::arch::x86_64::*;

/// Output pixels of a block.
const BLOCK: usize = 16;

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) fn scale_columns(row: &[u8], columns: &Columns, out: &mut [u16]) {
    let width = out.len() / 4;
    let pixels = row.len() / 4;
    // Positions rise, so this makes every gather below read inside the row.
    assert!(columns.second[..width].last().is_none_or(|&last| (last as usize) < pixels));
    let unit = _mm512_set1_epi16(1 << columns.bits);
    let [low_weights, high_weights] = [0, 8].map(|first| spread_of(first));
    for x in blocks::starts(width, BLOCK) {
        let base = columns.first[x] as usize;
        let reach = columns.second[x + BLOCK - 1] as usize - base;
        let (first, second) = (load(columns.first, x), load(columns.second, x));
        let (a, b) = if reach < 32 && base + 32 <= pixels {
            let window = [load(row, 4 * base), load(row, 4 * base + 64)];
            let base = _mm512_set1_epi32(base as i32);
            (pick(window, _mm512_sub_epi32(first, base)), pick(window, _mm512_sub_epi32(second, base)))
        } else {
            (gather(row, first), gather(row, second))
        };
        let weights = _mm512_castsi256_si512(load_half(columns.weight, x));
        let low = _mm512_permutexvar_epi16(low_weights, weights);
        let high = _mm512_permutexvar_epi16(high_weights, weights);
        store(out, 4 * x, blend(_mm512_castsi512_si256(a), _mm512_castsi512_si256(b), low, unit));
        let [a, b] = [_mm512_extracti64x4_epi64(a, 1), _mm512_extracti64x4_epi64(b, 1)];
        store(out, 4 * x + 32, blend(a, b, high, unit));
    }
    scalar::scale_columns_from(blocks::end(width, BLOCK), row, columns, out);
}

/// Indices that repeat each of eight words from `first` four times.
#[inline]
#[target_feature(enable = "avx512f")]
fn spread_of(first: i64) -> __m512i {
    let four = |word: i64| (first + word) * 0x0001_0001_0001_0001;
    _mm512_setr_epi64(four(0), four(1), four(2), four(3), four(4), four(5), four(6), four(7))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn pick(window: [__m512i; 2], indices: __m512i) -> __m512i {
    _mm512_permutex2var_epi32(window[0], indices, window[1])
}

/// The pixels at `indices`, all of which the caller has found inside the row.
#[inline]
#[target_feature(enable = "avx512f")]
fn gather(row: &[u8], indices: __m512i) -> __m512i {
    // SAFETY: `scale_columns` has asserted that the last and therefore every index is a pixel of the row.
    unsafe { _mm512_i32gather_epi32::<4>(indices, row.as_ptr().cast()) }
}

/// `a·(unit − weight) + b·weight`, which fits in 16 bits without sign.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn blend(a: __m256i, b: __m256i, weight: __m512i, unit: __m512i) -> __m512i {
    let (a, b) = (_mm512_cvtepu8_epi16(a), _mm512_cvtepu8_epi16(b));
    let rest = _mm512_sub_epi16(unit, weight);
    _mm512_add_epi16(_mm512_mullo_epi16(a, rest), _mm512_mullo_epi16(b, weight))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) fn scale_rows(rows: [&[u16]; 2], weight: u16, bits: u32, out: &mut [u8]) {
    for x in blocks::starts(out.len(), 64) {
        let a = [load(rows[0], x), load(rows[0], x + 32)];
        let b = [load(rows[1], x), load(rows[1], x + 32)];
        let bytes = if bits == 4 { sixteenths(a, b, weight) } else { full(a, b, weight) };
        store(out, x, bytes);
    }
    let done = blocks::end(out.len(), 64);
    let rest = [&rows[0][done..], &rows[1][done..]];
    scalar::scale_rows(rest, weight, bits, &mut out[done..]);
}

/// Rows of sixteenths: everything fits in 16 bits and the result is the upper byte.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn sixteenths(a: [__m512i; 2], b: [__m512i; 2], weight: u16) -> __m512i {
    let (w, rest) = (_mm512_set1_epi16(weight as i16), _mm512_set1_epi16(16 - weight as i16));
    let half = _mm512_set1_epi16(128);
    let low = _mm512_add_epi16(_mm512_mullo_epi16(a[0], rest), _mm512_add_epi16(_mm512_mullo_epi16(b[0], w), half));
    let high = _mm512_add_epi16(_mm512_mullo_epi16(a[1], rest), _mm512_add_epi16(_mm512_mullo_epi16(b[1], w), half));
    let upper_bytes = |first: i64| first * 0x0101_0101_0101_0101 + 0x0F0D_0B09_0705_0301;
    let order = _mm512_setr_epi64(
        upper_bytes(0),
        upper_bytes(16),
        upper_bytes(32),
        upper_bytes(48),
        upper_bytes(64),
        upper_bytes(80),
        upper_bytes(96),
        upper_bytes(112),
    );
    _mm512_permutex2var_epi8(low, order, high)
}

/// Rows of 256ths, in 32 bits. Words are taken as signed less 2^15, which `bias` puts back.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn full(a: [__m512i; 2], b: [__m512i; 2], weight: u16) -> __m512i {
    let sign = _mm512_set1_epi16(i16::MIN);
    let weights = _mm512_set1_epi32(i32::from(256 - weight) | i32::from(weight) << 16);
    let bias = _mm512_set1_epi32((256 << 15) + (1 << 15));
    let mut words = [_mm512_setzero_si512(); 2];
    for half in 0..2 {
        let (a, b) = (_mm512_xor_si512(a[half], sign), _mm512_xor_si512(b[half], sign));
        let low = _mm512_madd_epi16(_mm512_unpacklo_epi16(a, b), weights);
        let high = _mm512_madd_epi16(_mm512_unpackhi_epi16(a, b), weights);
        let low = _mm512_srli_epi32(_mm512_add_epi32(low, bias), 16);
        let high = _mm512_srli_epi32(_mm512_add_epi32(high, bias), 16);
        words[half] = _mm512_packs_epi32(low, high);
    }
    let bytes = _mm512_packus_epi16(words[0], words[1]);
    _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), bytes)
}
