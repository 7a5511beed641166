//! Operations on rows of pixels that need no neighbours, and moves.

use super::lanes::{load, pack_pixels, repeat_words, store};
use crate::scalar;
use std::arch::x86_64::*;

#[target_feature(enable = "avx2")]
pub(super) fn color_matrix(matrix: &[i32; 12], row: &mut [u8]) {
    let done = row.len() / 32 * 32;
    let pairs = |first: i32, second: i32| _mm256_set1_epi32((first & 0xFFFF) | second << 16);
    let channel = |m: &[i32]| [pairs(m[0], m[2]), pairs(m[1], 0), _mm256_set1_epi32(m[3] + 2048)];
    let [red, green, blue] = [channel(&matrix[0..4]), channel(&matrix[4..8]), channel(&matrix[8..12])];
    for x in (0..done).step_by(32) {
        let pixels = load(row, x);
        let red_blue = _mm256_and_si256(pixels, _mm256_set1_epi32(0x00FF_00FF));
        let green_alpha = _mm256_and_si256(_mm256_srli_epi32(pixels, 8), _mm256_set1_epi32(0x00FF_00FF));
        let result = pack_pixels(
            apply(red, red_blue, green_alpha),
            apply(green, red_blue, green_alpha),
            apply(blue, red_blue, green_alpha),
            _mm256_srli_epi32(pixels, 24),
        );
        store(row, x, result);
    }
    scalar::color_matrix(matrix, &mut row[done..]);
}

/// A row of the matrix: its weights of red and blue, of green, and its offset.
#[inline]
#[target_feature(enable = "avx2")]
fn apply([outer, inner, offset]: [__m256i; 3], red_blue: __m256i, green_alpha: __m256i) -> __m256i {
    let products = _mm256_add_epi32(_mm256_madd_epi16(red_blue, outer), _mm256_madd_epi16(green_alpha, inner));
    _mm256_srai_epi32(_mm256_add_epi32(products, offset), 12)
}

#[target_feature(enable = "avx2")]
pub(super) fn overlay(target: &mut [u8], source: &[u8], opacity: u8) {
    let done = target.len() / 32 * 32;
    let opacity_words = _mm256_set1_epi16(i16::from(opacity));
    for x in (0..done).step_by(32) {
        let (s, d) = (load(source, x), load(target, x));
        if _mm256_testz_si256(s, _mm256_set1_epi32(0xFF00_0000_u32 as i32)) == 1 {
            continue;
        }
        let zero = _mm256_setzero_si256();
        let low = lay(_mm256_unpacklo_epi8(s, zero), _mm256_unpacklo_epi8(d, zero), opacity_words);
        let high = lay(_mm256_unpackhi_epi8(s, zero), _mm256_unpackhi_epi8(d, zero), opacity_words);
        store(target, x, _mm256_packus_epi16(low, high));
    }
    scalar::overlay(&mut target[done..], &source[done..], opacity);
}

/// Pixels of four words each. Alpha is a channel whose source is 255: `a + div255(da·(255−a))` is
/// `div255(255·a + da·(255−a))`.
#[inline]
#[target_feature(enable = "avx2")]
fn lay(source: __m256i, target: __m256i, opacity: __m256i) -> __m256i {
    let alpha = _mm256_shufflehi_epi16::<0xFF>(_mm256_shufflelo_epi16::<0xFF>(source));
    let alpha = div255(_mm256_mullo_epi16(alpha, opacity));
    let source = _mm256_or_si256(source, repeat_words([0, 0, 0, 255]));
    let rest = _mm256_sub_epi16(_mm256_set1_epi16(255), alpha);
    div255(_mm256_add_epi16(_mm256_mullo_epi16(source, alpha), _mm256_mullo_epi16(target, rest)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn div255(value: __m256i) -> __m256i {
    let t = _mm256_add_epi16(value, _mm256_set1_epi16(128));
    _mm256_srli_epi16(_mm256_add_epi16(t, _mm256_srli_epi16(t, 8)), 8)
}

#[target_feature(enable = "avx2")]
pub(super) fn swap_red_blue(source: &[u8], target: &mut [u8]) {
    scalar::swap_red_blue(source, target);
}

#[target_feature(enable = "avx2")]
pub(super) fn interleave(cb: &[u8], cr: &[u8], target: &mut [u8]) {
    scalar::interleave(cb, cr, target);
}

#[target_feature(enable = "avx2")]
pub(super) fn deinterleave(source: &[u8], cb: &mut [u8], cr: &mut [u8]) {
    scalar::deinterleave(source, cb, cr);
}
