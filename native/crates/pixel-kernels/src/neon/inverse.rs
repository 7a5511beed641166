//! Luma and chroma rows → a row of RGB, 16 pixels at a time.

use super::lanes::{load_bytes, load_words, narrow_signed, store_pixels};
use crate::blocks;
use crate::color::{Inverse, InverseRow};
use crate::kernels::{ChromaMemory, SubsampledRow, YcbcrRow};
use crate::scalar;
use std::arch::aarch64::*;

/// Pixels of a block.
const BLOCK: usize = 16;

/// The constants of one colour.
///
/// Every value is a multiple of 1/d for its row's divisor d ≤ 2^41; half the finest such step is added before it is
/// cut down to a whole number. Rounding errors stay below 2^-42; that they never matter is shown by the test that
/// tries all inputs whose exact value lies closest to a whole number.
struct Constants {
    luma: f64,
    half: float64x2_t,
    red_cr: f64,
    green_cb: f64,
    green_cr: f64,
    blue_cb: f64,
    luma_offset: int32x4_t,
}

impl Constants {
    #[target_feature(enable = "neon")]
    fn new(inverse: &Inverse) -> Self {
        let over = |part: i64, row: &InverseRow| part as f64 / row.divisor as f64;
        let finest = inverse.red.divisor.max(inverse.green.divisor).max(inverse.blue.divisor);
        Self {
            luma: over(inverse.red.luma, &inverse.red),
            half: vdupq_n_f64(0.5 + 0.5 / finest as f64),
            red_cr: over(inverse.red.cr, &inverse.red),
            green_cb: over(inverse.green.cb, &inverse.green),
            green_cr: over(inverse.green.cr, &inverse.green),
            blue_cb: over(inverse.blue.cb, &inverse.blue),
            luma_offset: vdupq_n_s32(inverse.luma_offset),
        }
    }

    /// R, G and B of two pixels.
    #[inline]
    #[target_feature(enable = "neon")]
    fn two(&self, luma: int32x2_t, cb: int32x2_t, cr: int32x2_t) -> [int32x2_t; 3] {
        let [luma, cb, cr] = [luma, cb, cr].map(|lanes| vcvtq_f64_s64(vmovl_s32(lanes)));
        let base = vfmaq_n_f64(self.half, luma, self.luma);
        let green = vfmaq_n_f64(base, cb, self.green_cb);
        let rows = [
            vfmaq_n_f64(base, cr, self.red_cr),
            vfmaq_n_f64(green, cr, self.green_cr),
            vfmaq_n_f64(base, cb, self.blue_cb),
        ];
        rows.map(|row| vmovn_s64(vcvtq_s64_f64(row)))
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn four(&self, luma: uint16x4_t, cb: uint16x4_t, cr: uint16x4_t) -> [int32x4_t; 3] {
        let lanes = |words: uint16x4_t| vreinterpretq_s32_u32(vmovl_u16(words));
        let luma = vsubq_s32(lanes(luma), self.luma_offset);
        let [cb, cr] = [cb, cr].map(|sum| vsubq_s32(lanes(sum), vdupq_n_s32(2048)));
        let low = self.two(vget_low_s32(luma), vget_low_s32(cb), vget_low_s32(cr));
        let high = self.two(vget_high_s32(luma), vget_high_s32(cb), vget_high_s32(cr));
        std::array::from_fn(|i| vcombine_s32(low[i], high[i]))
    }

    /// R, G and B of eight pixels.
    #[inline]
    #[target_feature(enable = "neon")]
    fn eight(&self, luma: uint16x8_t, cb: uint16x8_t, cr: uint16x8_t) -> [uint8x8_t; 3] {
        let low = self.four(vget_low_u16(luma), vget_low_u16(cb), vget_low_u16(cr));
        let high = self.four(vget_high_u16(luma), vget_high_u16(cb), vget_high_u16(cr));
        std::array::from_fn(|i| narrow_signed([low[i], high[i]]))
    }
}

/// `a·weights[0] + b·weights[1]`
#[inline]
#[target_feature(enable = "neon")]
fn mix(a: uint16x8_t, b: uint16x8_t, weights: [u16; 2]) -> uint16x8_t {
    vmlaq_n_u16(vmulq_n_u16(a, weights[0]), b, weights[1])
}

#[target_feature(enable = "neon")]
pub(super) fn subsampled_to_rgb(inverse: &Inverse, row: &SubsampledRow, memory: ChromaMemory, out: &mut [u8]) {
    let [cb, cr] = memory.quarters;
    scalar::blend_chroma(row.chroma, row.rows, cb, cr);
    let row = YcbcrRow { luma: row.luma, cb, cr, weights: row.columns, blue_first: row.blue_first };
    ycbcr_to_rgb(inverse, row, out);
}

#[target_feature(enable = "neon")]
pub(super) fn ycbcr_to_rgb(inverse: &Inverse, row: YcbcrRow, out: &mut [u8]) {
    let constants = Constants::new(inverse);
    let weights = row.weights;
    for x in blocks::starts(row.luma.len(), BLOCK) {
        let luma = vreinterpretq_u16_u8(load_bytes(row.luma, x));
        let c = x / 2;
        let [cb0, cb1, cb2] = [0, 1, 2].map(|i| load_words(row.cb, c + i));
        let [cr0, cr1, cr2] = [0, 1, 2].map(|i| load_words(row.cr, c + i));
        let even_luma = vandq_u16(luma, vdupq_n_u16(255));
        let even = constants.eight(even_luma, mix(cb0, cb1, weights.even), mix(cr0, cr1, weights.even));
        let odd_luma = vshrq_n_u16::<8>(luma);
        let odd = constants.eight(odd_luma, mix(cb1, cb2, weights.odd), mix(cr1, cr2, weights.odd));
        let [red, green, blue] =
            std::array::from_fn(|i| vcombine_u8(vzip1_u8(even[i], odd[i]), vzip2_u8(even[i], odd[i])));
        let alpha = vdupq_n_u8(255);
        let pixels = if row.blue_first { [blue, green, red] } else { [red, green, blue] };
        store_pixels(out, 4 * x, uint8x16x4_t(pixels[0], pixels[1], pixels[2], alpha));
    }
    scalar::ycbcr_to_rgb_from(blocks::end(row.luma.len(), BLOCK), inverse, row, out);
}
