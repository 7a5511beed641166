//! RGB rows → two luma rows and a chroma row, 16 pixels at a time.

use super::lanes::{load_pixels, narrow, store_bytes, store_half, widen};
use crate::blocks;
use crate::color::{ChromaLocation, Forward, Rational};
use crate::kernels::{ChromaOut, RgbRows, YcbcrOut};
use crate::scalar;
use std::arch::aarch64::*;

/// Pixels of a block.
const BLOCK: usize = 16;

#[target_feature(enable = "neon")]
pub(super) fn rgb_to_ycbcr(forward: &Forward, rows: RgbRows, mut out: YcbcrOut) {
    let width = out.top.len();
    let weights = Weights::new(rows.location);
    let mut before = [vdupq_n_u16(0); 3];
    let mut next = usize::MAX;
    for x in blocks::starts(width, BLOCK) {
        if x != next {
            before = [0, 1, 2].map(|channel| weights.before(rows, x.saturating_sub(1), channel));
        }
        next = x + BLOCK;
        let top = load_pixels(rows.top, 4 * x);
        let bottom = load_pixels(rows.bottom, 4 * x);
        let above = if rows.location == ChromaLocation::TopLeft { load_pixels(rows.above, 4 * x) } else { top };
        store_bytes(out.top, x, luma(forward, top));
        if let Some(row) = &mut out.bottom {
            store_bytes(row, x, luma(forward, bottom));
        }
        let channel = |above, top, bottom, before: &mut uint16x8_t| weights.sums([above, top, bottom], before);
        let sums = [
            channel(above.0, top.0, bottom.0, &mut before[0]),
            channel(above.1, top.1, bottom.1, &mut before[1]),
            channel(above.2, top.2, bottom.2, &mut before[2]),
        ];
        let cb = chroma(&forward.cb, &forward.cb_code, weights.scale, sums);
        let cr = chroma(&forward.cr, &forward.cr_code, weights.scale, sums);
        match &mut out.chroma {
            ChromaOut::Interleaved(row) => {
                let both = vcombine_u8(vzip1_u8(cb, cr), vzip2_u8(cb, cr));
                store_bytes(row, x, both);
            }
            ChromaOut::Planar(cb_row, cr_row) => {
                store_half(cb_row, x / 2, cb);
                store_half(cr_row, x / 2, cr);
            }
        }
    }
    scalar::rgb_to_ycbcr_from(blocks::end(width, BLOCK), forward, rows, out);
}

/// The luma of 16 pixels, as in the AVX2 kernel: with the divisor's factor 16 taken out the numerator is exact in
/// single precision, and its product with the rounded reciprocal, cut, is the code.
#[inline]
#[target_feature(enable = "neon")]
fn luma(forward: &Forward, pixels: uint8x16x4_t) -> uint8x16_t {
    let code = &forward.luma_code;
    let k = forward.luma.map(|k| k as u16);
    let reciprocal = 1.0 / (code.divisor / 16) as f32;
    let (first, second, third) = (widen(pixels.0), widen(pixels.1), widen(pixels.2));
    let quotient = |x: uint32x4_t| {
        let numerator = vmlaq_n_u32(vdupq_n_u32(code.addend as u32), x, code.multiplier as u32);
        let sixteenth = vcvtq_f32_u32(vshrq_n_u32::<4>(numerator));
        vcvtq_u32_f32(vmulq_n_f32(sixteenth, reciprocal))
    };
    let eight = |i: usize| {
        let low = vmull_n_u16(vget_low_u16(first[i]), k[0]);
        let low = vmlal_n_u16(low, vget_low_u16(second[i]), k[1]);
        let low = vmlal_n_u16(low, vget_low_u16(third[i]), k[2]);
        let high = vmull_high_n_u16(first[i], k[0]);
        let high = vmlal_high_n_u16(high, second[i], k[1]);
        let high = vmlal_high_n_u16(high, third[i], k[2]);
        narrow([quotient(low), quotient(high)])
    };
    vcombine_u8(eight(0), eight(1))
}

/// Weights of the pixels a chroma sample covers.
struct Weights {
    /// Of the column on the left, the sample's own and the one on the right.
    columns: [u16; 3],
    /// Of the row above, the top and the bottom row.
    rows: [u16; 3],
    /// What brings their sum to 16.
    scale: i32,
}

impl Weights {
    fn new(location: ChromaLocation) -> Self {
        match location {
            ChromaLocation::Center => Self { columns: [0, 1, 1], rows: [0, 1, 1], scale: 4 },
            ChromaLocation::Left => Self { columns: [1, 2, 1], rows: [0, 1, 1], scale: 2 },
            ChromaLocation::TopLeft => Self { columns: [1, 2, 1], rows: [1, 2, 1], scale: 1 },
        }
    }

    /// What [`Self::sums`] finds on the left of a block: the sum down `column`.
    #[inline]
    #[target_feature(enable = "neon")]
    fn before(&self, rows: RgbRows, column: usize, channel: usize) -> uint16x8_t {
        let sample = |row: &[u8]| u16::from(row[4 * column + channel]);
        let [above, top, bottom] = self.rows;
        vdupq_n_u16(above * sample(rows.above) + top * sample(rows.top) + bottom * sample(rows.bottom))
    }

    /// Sums of one channel of 16 pixels for eight chroma samples. `before` holds the sums of the columns on the left.
    #[inline]
    #[target_feature(enable = "neon")]
    fn sums(&self, pixels: [uint8x16_t; 3], before: &mut uint16x8_t) -> uint16x8_t {
        let down = |column: [uint8x8_t; 3]| {
            let sum = vmulq_n_u16(vmovl_u8(column[0]), self.rows[0]);
            let sum = vmlaq_n_u16(sum, vmovl_u8(column[1]), self.rows[1]);
            vmlaq_n_u16(sum, vmovl_u8(column[2]), self.rows[2])
        };
        let own = down(pixels.map(|row| vget_low_u8(vuzp1q_u8(row, row))));
        let right = down(pixels.map(|row| vget_low_u8(vuzp2q_u8(row, row))));
        let left = vextq_u16::<7>(*before, right);
        *before = right;
        let sum = vmulq_n_u16(left, self.columns[0]);
        let sum = vmlaq_n_u16(sum, own, self.columns[1]);
        vmlaq_n_u16(sum, right, self.columns[2])
    }
}

/// Codes of eight samples, `floor(x·m/d + 128.5)`: every value is a multiple of 1/d with d even and below 2^23, computed
/// in double precision after 1/2d is added, which rounding errors (below 2^-43 in all) can't undo.
#[inline]
#[target_feature(enable = "neon")]
fn chroma(coefficients: &[i16; 4], code: &Rational, scale: i32, sums: [uint16x8_t; 3]) -> uint8x8_t {
    let slope = f64::from(scale * code.multiplier) / f64::from(code.divisor);
    let half = vdupq_n_f64(128.5 + 0.5 / f64::from(code.divisor));
    let k = coefficients;
    let [first, second, third] = sums.map(|sum| vreinterpretq_s16_u16(sum));
    let two = |x: int32x2_t| {
        let code = vfmaq_n_f64(half, vcvtq_f64_s64(vmovl_s32(x)), slope);
        vmovn_u64(vcvtq_u64_f64(code))
    };
    let four = |x: int32x4_t| vcombine_u32(two(vget_low_s32(x)), two(vget_high_s32(x)));
    let low = vmull_n_s16(vget_low_s16(first), k[0]);
    let low = vmlal_n_s16(low, vget_low_s16(second), k[1]);
    let low = vmlal_n_s16(low, vget_low_s16(third), k[2]);
    let high = vmull_high_n_s16(first, k[0]);
    let high = vmlal_high_n_s16(high, second, k[1]);
    let high = vmlal_high_n_s16(high, third, k[2]);
    narrow([four(low), four(high)])
}
