//! Operations on rows of pixels that need no neighbours, and moves.

use super::lanes::{load, pack_pixels, repeat_words, store};
use crate::scalar;
use std::arch::x86_64::*;

#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn color_matrix(matrix: &[i32; 12], row: &mut [u8]) {
    let done = row.len() / 64 * 64;
    let pairs = |first: i32, second: i32| _mm512_set1_epi32((first & 0xFFFF) | second << 16);
    let channel = |m: &[i32]| [pairs(m[0], m[2]), pairs(m[1], 0), _mm512_set1_epi32(m[3] + 2048)];
    let [red, green, blue] = [channel(&matrix[0..4]), channel(&matrix[4..8]), channel(&matrix[8..12])];
    for x in (0..done).step_by(64) {
        let pixels = load(row, x);
        let red_blue = _mm512_and_si512(pixels, _mm512_set1_epi32(0x00FF_00FF));
        let green_alpha = _mm512_and_si512(_mm512_srli_epi32(pixels, 8), _mm512_set1_epi32(0x00FF_00FF));
        let result = pack_pixels(
            apply(red, red_blue, green_alpha),
            apply(green, red_blue, green_alpha),
            apply(blue, red_blue, green_alpha),
            _mm512_srli_epi32(pixels, 24),
        );
        store(row, x, result);
    }
    scalar::color_matrix(matrix, &mut row[done..]);
}

/// A row of the matrix: its weights of red and blue, of green, and its offset.
#[inline]
#[target_feature(enable = "avx512f,avx512vnni")]
fn apply([outer, inner, offset]: [__m512i; 3], red_blue: __m512i, green_alpha: __m512i) -> __m512i {
    let sum = _mm512_dpwssd_epi32(_mm512_dpwssd_epi32(offset, red_blue, outer), green_alpha, inner);
    _mm512_srai_epi32(sum, 12)
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn overlay(target: &mut [u8], source: &[u8], opacity: u8) {
    let done = target.len() / 64 * 64;
    let opacity_words = _mm512_set1_epi16(i16::from(opacity));
    for x in (0..done).step_by(64) {
        let (s, d) = (load(source, x), load(target, x));
        if _mm512_test_epi32_mask(s, _mm512_set1_epi32(0xFF00_0000_u32 as i32)) == 0 {
            continue;
        }
        let zero = _mm512_setzero_si512();
        let low = lay(_mm512_unpacklo_epi8(s, zero), _mm512_unpacklo_epi8(d, zero), opacity_words);
        let high = lay(_mm512_unpackhi_epi8(s, zero), _mm512_unpackhi_epi8(d, zero), opacity_words);
        store(target, x, _mm512_packus_epi16(low, high));
    }
    scalar::overlay(&mut target[done..], &source[done..], opacity);
}

/// Pixels of four words each. Alpha is a channel whose source is 255: `a + div255(da·(255−a))` is
/// `div255(255·a + da·(255−a))`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn lay(source: __m512i, target: __m512i, opacity: __m512i) -> __m512i {
    let alpha = _mm512_shufflehi_epi16::<0xFF>(_mm512_shufflelo_epi16::<0xFF>(source));
    let alpha = div255(_mm512_mullo_epi16(alpha, opacity));
    let source = _mm512_or_si512(source, repeat_words([0, 0, 0, 255]));
    let rest = _mm512_sub_epi16(_mm512_set1_epi16(255), alpha);
    div255(_mm512_add_epi16(_mm512_mullo_epi16(source, alpha), _mm512_mullo_epi16(target, rest)))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn div255(value: __m512i) -> __m512i {
    let t = _mm512_add_epi16(value, _mm512_set1_epi16(128));
    _mm512_srli_epi16(_mm512_add_epi16(t, _mm512_srli_epi16(t, 8)), 8)
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn swap_red_blue(source: &[u8], target: &mut [u8]) {
    let done = target.len() / 64 * 64;
    let order = _mm_setr_epi8(2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13, 12, 15);
    let order = _mm512_broadcast_i32x4(order);
    for x in (0..done).step_by(64) {
        store(target, x, _mm512_shuffle_epi8(load(source, x), order));
    }
    scalar::swap_red_blue(&source[done..], &mut target[done..]);
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) fn interleave(cb: &[u8], cr: &[u8], target: &mut [u8]) {
    scalar::interleave(cb, cr, target);
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi")]
pub(super) fn deinterleave(source: &[u8], cb: &mut [u8], cr: &mut [u8]) {
    scalar::deinterleave(source, cb, cr);
}
