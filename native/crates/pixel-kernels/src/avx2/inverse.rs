//! Luma and chroma rows → a row of RGB, 16 pixels at a time.

use super::lanes::{load_half, pack_pixels, store};
use crate::blocks;
use crate::color::{Inverse, InverseRow};
use crate::kernels::{ChromaIn, ChromaMemory, Quarters, SubsampledRow, YcbcrRow};
use crate::scalar;
use std::arch::x86_64::*;

/// Pixels of a block.
const BLOCK: usize = 16;

#[target_feature(enable = "avx2")]
pub(super) fn blend_chroma(rows: [ChromaIn; 2], weights: Quarters, cb: &mut [u16], cr: &mut [u16]) {
    scalar::blend_chroma(rows, weights, cb, cr);
}

/// The constants of one colour.
///
/// Every value is a multiple of 1/d for its row's divisor d ≤ 2^41; half the finest such step is added before it is
/// cut down to a whole number. Rounding errors stay below 2^-42; that they never matter is shown by the test that
/// tries all inputs whose exact value lies closest to a whole number.
struct Constants {
    luma: __m256d,
    half: __m256d,
    red_cr: __m256d,
    green_cb: __m256d,
    green_cr: __m256d,
    blue_cb: __m256d,
    luma_offset: __m256i,
}

impl Constants {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(inverse: &Inverse) -> Self {
        let over = |part: i64, row: &InverseRow| _mm256_set1_pd(part as f64 / row.divisor as f64);
        let finest = inverse.red.divisor.max(inverse.green.divisor).max(inverse.blue.divisor);
        Self {
            luma: over(inverse.red.luma, &inverse.red),
            half: _mm256_set1_pd(0.5 + 0.5 / finest as f64),
            red_cr: over(inverse.red.cr, &inverse.red),
            green_cb: over(inverse.green.cb, &inverse.green),
            green_cr: over(inverse.green.cr, &inverse.green),
            blue_cb: over(inverse.blue.cb, &inverse.blue),
            luma_offset: _mm256_set1_epi32(inverse.luma_offset),
        }
    }

    /// R, G and B of four pixels.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn four(&self, luma: __m128i, cb: __m128i, cr: __m128i) -> [__m128i; 3] {
        let [luma, cb, cr] = [_mm256_cvtepi32_pd(luma), _mm256_cvtepi32_pd(cb), _mm256_cvtepi32_pd(cr)];
        let base = _mm256_fmadd_pd(luma, self.luma, self.half);
        let green = _mm256_fmadd_pd(cb, self.green_cb, base);
        [
            _mm256_cvttpd_epi32(_mm256_fmadd_pd(cr, self.red_cr, base)),
            _mm256_cvttpd_epi32(_mm256_fmadd_pd(cr, self.green_cr, green)),
            _mm256_cvttpd_epi32(_mm256_fmadd_pd(cb, self.blue_cb, base)),
        ]
    }

    /// Eight pixels from codes and sixteenths.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn eight(&self, luma: __m128i, cb: __m128i, cr: __m128i, blue_first: bool) -> __m256i {
        let middle = _mm256_set1_epi32(2048);
        let luma = _mm256_sub_epi32(_mm256_cvtepu16_epi32(luma), self.luma_offset);
        let cb = _mm256_sub_epi32(_mm256_cvtepu16_epi32(cb), middle);
        let cr = _mm256_sub_epi32(_mm256_cvtepu16_epi32(cr), middle);
        let low = self.four(low(luma), low(cb), low(cr));
        let high = self.four(high(luma), high(cb), high(cr));
        let (red, green, blue) = (join(low[0], high[0]), join(low[1], high[1]), join(low[2], high[2]));
        let alpha = _mm256_set1_epi32(255);
        if blue_first { pack_pixels(blue, green, red, alpha) } else { pack_pixels(red, green, blue, alpha) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn low(lanes: __m256i) -> __m128i {
    _mm256_castsi256_si128(lanes)
}

#[inline]
#[target_feature(enable = "avx2")]
fn high(lanes: __m256i) -> __m128i {
    _mm256_extracti128_si256::<1>(lanes)
}

#[inline]
#[target_feature(enable = "avx2")]
fn join(low: __m128i, high: __m128i) -> __m256i {
    _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(low), high)
}

/// `a·weights[0] + b·weights[1]` in 8 words.
#[inline]
#[target_feature(enable = "avx2")]
fn mix(a: __m128i, b: __m128i, weights: [__m128i; 2]) -> __m128i {
    _mm_add_epi16(_mm_mullo_epi16(a, weights[0]), _mm_mullo_epi16(b, weights[1]))
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn subsampled_to_rgb(inverse: &Inverse, row: &SubsampledRow, memory: ChromaMemory, out: &mut [u8]) {
    let [cb, cr] = memory.quarters;
    blend_chroma(row.chroma, row.rows, cb, cr);
    let row = YcbcrRow { luma: row.luma, cb, cr, weights: row.columns, blue_first: row.blue_first };
    ycbcr_to_rgb(inverse, row, out);
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn ycbcr_to_rgb(inverse: &Inverse, row: YcbcrRow, out: &mut [u8]) {
    let constants = Constants::new(inverse);
    let [even, odd] = [row.weights.even, row.weights.odd];
    let even = [_mm_set1_epi16(even[0] as i16), _mm_set1_epi16(even[1] as i16)];
    let odd = [_mm_set1_epi16(odd[0] as i16), _mm_set1_epi16(odd[1] as i16)];
    for x in blocks::starts(row.luma.len(), BLOCK) {
        let luma = load_half(row.luma, x);
        let c = x / 2;
        let [cb0, cb1, cb2] = [load_half(row.cb, c), load_half(row.cb, c + 1), load_half(row.cb, c + 2)];
        let [cr0, cr1, cr2] = [load_half(row.cr, c), load_half(row.cr, c + 1), load_half(row.cr, c + 2)];
        let even_luma = _mm_and_si128(luma, _mm_set1_epi16(255));
        let even = constants.eight(even_luma, mix(cb0, cb1, even), mix(cr0, cr1, even), row.blue_first);
        let odd_luma = _mm_srli_epi16(luma, 8);
        let odd = constants.eight(odd_luma, mix(cb1, cb2, odd), mix(cr1, cr2, odd), row.blue_first);
        let (lower, upper) = (_mm256_unpacklo_epi32(even, odd), _mm256_unpackhi_epi32(even, odd));
        store(out, 4 * x, _mm256_permute2x128_si256::<0x20>(lower, upper));
        store(out, 4 * x + 32, _mm256_permute2x128_si256::<0x31>(lower, upper));
    }
    scalar::ycbcr_to_rgb_from(blocks::end(row.luma.len(), BLOCK), inverse, row, out);
}
