//! RGB → luma codes, 16 pixels a vector.

use super::lanes::{pack, repeat_bytes};
use crate::color::Forward;
use std::arch::x86_64::*;

/// The constants of one colour.
///
/// `x = Σ coefficient·sample` is computed exactly, in two byte-sized halves of the coefficients. The code is then
/// `floor(x·m/d + 1/2)`; every such value is a multiple of 1/d (d is even, at most 850000), so with 1/2d added none
/// lies closer than 1/2d > 2^-21 to a whole number. `slope + correction` is m/d to 2^-48 of its value and the first
/// product is rounded below 1, so that both err by less than 2^-23 in all; the last addition rounds towards zero,
/// which can't pass a whole number.
#[derive(Clone, Copy)]
pub(super) struct Luma {
    high: __m512i,
    low: __m512i,
    slope: __m512,
    correction: __m512,
    half: __m512,
    offset: __m512i,
}

impl Luma {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn new(forward: &Forward) -> Self {
        let exact = f64::from(forward.luma_code.multiplier) / f64::from(forward.luma_code.divisor);
        let slope = exact as f32;
        Self {
            high: repeat_bytes(forward.luma.map(|k| (k >> 7) as i8)),
            low: repeat_bytes(forward.luma.map(|k| (k & 127) as i8)),
            slope: _mm512_set1_ps(slope),
            correction: _mm512_set1_ps((exact - f64::from(slope)) as f32),
            half: _mm512_set1_ps((0.5 + 0.5 / f64::from(forward.luma_code.divisor)) as f32),
            offset: _mm512_set1_epi8(forward.luma_offset as i8),
        }
    }

    /// Codes less their offset, one a lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512vnni")]
    fn codes(&self, pixels: __m512i) -> __m512i {
        let high = _mm512_dpbusd_epi32(_mm512_setzero_si512(), pixels, self.high);
        let x = _mm512_cvtepi32_ps(_mm512_dpbusd_epi32(_mm512_slli_epi32(high, 7), pixels, self.low));
        let fine = _mm512_fmadd_ps(x, self.correction, self.half);
        let code = _mm512_fmadd_round_ps::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(x, self.slope, fine);
        _mm512_cvttps_epi32(code)
    }

    /// The luma of 64 pixels.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    pub fn row(&self, pixels: [__m512i; 4]) -> __m512i {
        let [a, b, c, d] = pixels;
        let codes = pack([self.codes(a), self.codes(b), self.codes(c), self.codes(d)]);
        _mm512_add_epi8(codes, self.offset)
    }
}
