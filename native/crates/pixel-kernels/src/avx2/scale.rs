//! The two passes of a bilinear scale.

use super::lanes::{load, load_half, store};
use crate::blocks;
use crate::kernels::Columns;
use crate::scalar;
use std::arch::x86_64::*;

/// Output pixels of a block.
const BLOCK: usize = 8;

#[target_feature(enable = "avx2")]
pub(super) fn scale_columns(row: &[u8], columns: &Columns, out: &mut [u16]) {
    let width = out.len() / 4;
    let pixels = row.len() / 4;
    // Positions rise, so this makes every gather below read inside the row.
    assert!(columns.second[..width].last().is_none_or(|&last| (last as usize) < pixels));
    let unit = _mm256_set1_epi16(1 << columns.bits);
    for x in blocks::starts(width, BLOCK) {
        let base = columns.first[x] as usize;
        let reach = columns.second[x + BLOCK - 1] as usize - base;
        let (first, second) = (load(columns.first, x), load(columns.second, x));
        let (a, b) = if reach < 8 && base + 8 <= pixels {
            let window = load(row, 4 * base);
            let base = _mm256_set1_epi32(base as i32);
            let pick = [_mm256_sub_epi32(first, base), _mm256_sub_epi32(second, base)];
            (_mm256_permutevar8x32_epi32(window, pick[0]), _mm256_permutevar8x32_epi32(window, pick[1]))
        } else {
            (gather(row, first), gather(row, second))
        };
        let weights = load_half(columns.weight, x);
        let low = blend(_mm256_castsi256_si128(a), _mm256_castsi256_si128(b), spread::<0>(weights), unit);
        store(out, 4 * x, low);
        let [a, b] = [_mm256_extracti128_si256::<1>(a), _mm256_extracti128_si256::<1>(b)];
        store(out, 4 * x + 16, blend(a, b, spread::<4>(weights), unit));
    }
    scalar::scale_columns_from(blocks::end(width, BLOCK), row, columns, out);
}

/// Repeats each of four words from word `FIRST` four times.
#[inline]
#[target_feature(enable = "avx2")]
fn spread<const FIRST: i64>(words: __m128i) -> __m256i {
    let four = |word: i64| ((FIRST + word) * 2) * 0x0101_0101_0101_0101 + 0x0100_0100_0100_0100;
    let order = _mm256_setr_epi64x(four(0), four(1), four(2), four(3));
    _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(words), order)
}

/// The pixels at `indices`, all of which the caller has found inside the row.
#[inline]
#[target_feature(enable = "avx2")]
fn gather(row: &[u8], indices: __m256i) -> __m256i {
    // SAFETY: `scale_columns` has asserted that the last and therefore every index is a pixel of the row.
    unsafe { _mm256_i32gather_epi32::<4>(row.as_ptr().cast(), indices) }
}

/// `a·(unit − weight) + b·weight`, which fits in 16 bits without sign.
#[inline]
#[target_feature(enable = "avx2")]
fn blend(a: __m128i, b: __m128i, weight: __m256i, unit: __m256i) -> __m256i {
    let (a, b) = (_mm256_cvtepu8_epi16(a), _mm256_cvtepu8_epi16(b));
    let rest = _mm256_sub_epi16(unit, weight);
    _mm256_add_epi16(_mm256_mullo_epi16(a, rest), _mm256_mullo_epi16(b, weight))
}

#[target_feature(enable = "avx2")]
pub(super) fn scale_rows(rows: [&[u16]; 2], weight: u16, bits: u32, out: &mut [u8]) {
    for x in blocks::starts(out.len(), 32) {
        let a = [load(rows[0], x), load(rows[0], x + 16)];
        let b = [load(rows[1], x), load(rows[1], x + 16)];
        let [low, high] = if bits == 4 {
            [sixteenths(a[0], b[0], weight), sixteenths(a[1], b[1], weight)]
        } else {
            [full(a[0], b[0], weight), full(a[1], b[1], weight)]
        };
        store(out, x, _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(low, high)));
    }
    let done = blocks::end(out.len(), 32);
    let rest = [&rows[0][done..], &rows[1][done..]];
    scalar::scale_rows(rest, weight, bits, &mut out[done..]);
}

/// Rows of sixteenths: everything fits in 16 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn sixteenths(a: __m256i, b: __m256i, weight: u16) -> __m256i {
    let (w, rest) = (_mm256_set1_epi16(weight as i16), _mm256_set1_epi16(16 - weight as i16));
    let sum = _mm256_add_epi16(_mm256_mullo_epi16(a, rest), _mm256_mullo_epi16(b, w));
    _mm256_srli_epi16(_mm256_add_epi16(sum, _mm256_set1_epi16(128)), 8)
}

/// Rows of 256ths, in 32 bits. Words are taken as signed less 2^15, which `bias` puts back.
#[inline]
#[target_feature(enable = "avx2")]
fn full(a: __m256i, b: __m256i, weight: u16) -> __m256i {
    let sign = _mm256_set1_epi16(i16::MIN);
    let weights = _mm256_set1_epi32(i32::from(256 - weight) | i32::from(weight) << 16);
    let bias = _mm256_set1_epi32((256 << 15) + (1 << 15));
    let (a, b) = (_mm256_xor_si256(a, sign), _mm256_xor_si256(b, sign));
    let low = _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), weights);
    let high = _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), weights);
    let low = _mm256_srli_epi32(_mm256_add_epi32(low, bias), 16);
    let high = _mm256_srli_epi32(_mm256_add_epi32(high, bias), 16);
    _mm256_packs_epi32(low, high)
}
