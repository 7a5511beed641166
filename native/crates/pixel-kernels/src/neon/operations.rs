//! Operations on rows of RGBA.

use super::lanes::{load_pixels, load_words, narrow, narrow_signed, store_half, store_pixels, widen};
use crate::scalar;
use std::arch::aarch64::*;

#[target_feature(enable = "neon")]
pub(super) fn scale_rows(rows: [&[u16]; 2], weight: u16, bits: u32, out: &mut [u8]) {
    let done = out.len() / 8 * 8;
    let rest = (1u16 << bits) - weight;
    let half = vdupq_n_u32(1 << (2 * bits - 1));
    let shift = vdupq_n_s32(-(2 * bits as i32));
    for x in (0..done).step_by(8) {
        let (a, b) = (load_words(rows[0], x), load_words(rows[1], x));
        let low = vmlal_n_u16(vmlal_n_u16(half, vget_low_u16(a), rest), vget_low_u16(b), weight);
        let high = vmlal_high_n_u16(vmlal_high_n_u16(half, a, rest), b, weight);
        store_half(out, x, narrow([vshlq_u32(low, shift), vshlq_u32(high, shift)]));
    }
    scalar::scale_rows([&rows[0][done..], &rows[1][done..]], weight, bits, &mut out[done..]);
}

#[target_feature(enable = "neon")]
pub(super) fn color_matrix(matrix: &[i32; 12], row: &mut [u8]) {
    let done = row.len() / 64 * 64;
    for x in (0..done).step_by(64) {
        let pixels = load_pixels(row, x);
        let words = [pixels.0, pixels.1, pixels.2].map(|bytes| widen(bytes).map(|half| vreinterpretq_s16_u16(half)));
        let channel = |m: &[i32]| {
            let four = |half: usize, upper: bool| {
                let mut sum = vdupq_n_s32(m[3] + 2048);
                for (words, &m) in words.iter().zip(m) {
                    let part = if upper { vget_high_s16(words[half]) } else { vget_low_s16(words[half]) };
                    sum = vmlal_n_s16(sum, part, m as i16);
                }
                vshrq_n_s32::<12>(sum)
            };
            let eight = |half: usize| narrow_signed([four(half, false), four(half, true)]);
            vcombine_u8(eight(0), eight(1))
        };
        let result = uint8x16x4_t(channel(&matrix[0..4]), channel(&matrix[4..8]), channel(&matrix[8..12]), pixels.3);
        store_pixels(row, x, result);
    }
    scalar::color_matrix(matrix, &mut row[done..]);
}

#[target_feature(enable = "neon")]
pub(super) fn overlay(target: &mut [u8], source: &[u8], opacity: u8) {
    let done = target.len() / 64 * 64;
    for x in (0..done).step_by(64) {
        let (s, d) = (load_pixels(source, x), load_pixels(target, x));
        let alpha = products(s.3, vdupq_n_u8(opacity));
        let rest = vmvnq_u8(alpha);
        // Alpha is a channel whose source is 255: `a + div255(da·(255−a))` is `div255(255·a + da·(255−a))`.
        let lay = |s: uint8x16_t, d: uint8x16_t| sums_of_products(s, alpha, d, rest);
        let result = uint8x16x4_t(lay(s.0, d.0), lay(s.1, d.1), lay(s.2, d.2), lay(vdupq_n_u8(255), d.3));
        store_pixels(target, x, result);
    }
    scalar::overlay(&mut target[done..], &source[done..], opacity);
}

#[inline]
#[target_feature(enable = "neon")]
fn div255(value: uint16x8_t) -> uint8x8_t {
    let t = vaddq_u16(value, vdupq_n_u16(128));
    vshrn_n_u16::<8>(vsraq_n_u16::<8>(t, t))
}

/// `div255(a·b)`
#[inline]
#[target_feature(enable = "neon")]
fn products(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
    vcombine_u8(div255(vmull_u8(vget_low_u8(a), vget_low_u8(b))), div255(vmull_high_u8(a, b)))
}

/// `div255(a·b + c·d)`, for `b + d` = 255.
#[inline]
#[target_feature(enable = "neon")]
fn sums_of_products(a: uint8x16_t, b: uint8x16_t, c: uint8x16_t, d: uint8x16_t) -> uint8x16_t {
    let low = vmlal_u8(vmull_u8(vget_low_u8(a), vget_low_u8(b)), vget_low_u8(c), vget_low_u8(d));
    let high = vmlal_high_u8(vmull_high_u8(a, b), c, d);
    vcombine_u8(div255(low), div255(high))
}
