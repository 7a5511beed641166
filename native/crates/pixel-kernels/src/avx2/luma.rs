//! RGB → luma codes, 8 pixels a vector.

use super::lanes::{pack, repeat_bytes};
use crate::color::Forward;
use std::arch::x86_64::*;

/// The constants of one colour.
///
/// The numerator `n = Σ coefficient·sample·m + addend` is computed exactly, in two byte-sized halves of the
/// coefficients. With the divisor's factor 16 taken out, `floor(n/16)` is below 2^24 and so exact in single
/// precision; times the rounded reciprocal of divisor/16 and cut, it is the code for every n: the test below walks
/// the only values that could go wrong, those next to a multiple of the divisor.
#[derive(Clone, Copy)]
pub(super) struct Luma {
    high: __m256i,
    low: __m256i,
    high_multiplier: __m256i,
    low_multiplier: __m256i,
    addend: __m256i,
    reciprocal: __m256,
}

/// A coefficient as 128·high + low with low in −64..=63, so that no sum of two products leaves 16 bits.
fn split(coefficient: i16) -> [i8; 2] {
    let high = (coefficient + 64) >> 7;
    [high as i8, (coefficient - 128 * high) as i8]
}

fn reciprocal(divisor: i32) -> f32 {
    1.0 / (divisor / 16) as f32
}

impl Luma {
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn new(forward: &Forward) -> Self {
        let code = &forward.luma_code;
        Self {
            high: repeat_bytes(forward.luma.map(|k| split(k)[0])),
            low: repeat_bytes(forward.luma.map(|k| split(k)[1])),
            high_multiplier: _mm256_set1_epi16((128 * code.multiplier) as i16),
            low_multiplier: _mm256_set1_epi16(code.multiplier as i16),
            addend: _mm256_set1_epi32(code.addend),
            reciprocal: _mm256_set1_ps(reciprocal(code.divisor)),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn codes(&self, pixels: __m256i) -> __m256i {
        let high = _mm256_madd_epi16(_mm256_maddubs_epi16(pixels, self.high), self.high_multiplier);
        let low = _mm256_madd_epi16(_mm256_maddubs_epi16(pixels, self.low), self.low_multiplier);
        let numerator = _mm256_add_epi32(_mm256_add_epi32(high, low), self.addend);
        let sixteenth = _mm256_cvtepi32_ps(_mm256_srli_epi32(numerator, 4));
        _mm256_cvttps_epi32(_mm256_mul_ps(sixteenth, self.reciprocal))
    }

    /// The luma of 32 pixels.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn row(&self, pixels: [__m256i; 4]) -> __m256i {
        let [a, b, c, d] = pixels;
        pack([self.codes(a), self.codes(b), self.codes(c), self.codes(d)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{ChromaLocation, Color, Matrix};

    #[test]
    fn the_reciprocal_is_good_enough_next_to_every_multiple() {
        for full_range in [false, true] {
            let color = Color { matrix: Matrix::Bt709, full_range, chroma_location: ChromaLocation::Left };
            let divisor = Forward::new(color, false).luma_code.divisor;
            assert_eq!(divisor % 16, 0);
            let sixteenth = divisor / 16;
            for multiple in 0..=255 * sixteenth {
                if multiple % sixteenth == 0 || multiple % sixteenth == sixteenth - 1 {
                    let quotient = multiple as f32 * reciprocal(divisor);
                    assert_eq!(quotient as i32, multiple / sixteenth);
                }
            }
        }
    }
}
