//! RGB → chroma codes: sums over the pixels that a sample covers, then the matrix on the sums.

use super::lanes::repeat_words;
use crate::color::{ChromaLocation, Forward};
use crate::kernels::RgbRows;
use std::arch::x86_64::*;

/// The constants of one colour and location.
///
/// The code is `floor(x·m/d + 128.5)` with d even and below 2^23: a multiple of 1/d, computed in double precision
/// after 1/2d is added, which rounding errors (below 2^-43 in all) can't undo.
#[derive(Clone, Copy)]
pub(super) struct Chroma {
    cb: __m512i,
    cr: __m512i,
    /// For Cb and Cr in turn.
    slope: __m512d,
    half: __m512d,
    /// Puts the same channel of two neighbours side by side: R R G G B B A A.
    pairs: __m512i,
}

/// Sums of eight chroma samples: four words each, in the order of a pixel's bytes.
pub(super) type Sums = __m512i;

/// The same 16 pixels of the row above, the top row and the bottom row.
pub(super) type Pixels = [__m512i; 3];

impl Chroma {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq")]
    pub fn new(forward: &Forward, location: ChromaLocation) -> Self {
        // The rational formula is for weights that add up to 16, the vectors use each location's smallest.
        let scale = match location {
            ChromaLocation::Center => 4.0,
            ChromaLocation::Left => 2.0,
            ChromaLocation::TopLeft => 1.0,
        };
        let codes = [forward.cb_code, forward.cr_code];
        let slopes = codes.map(|code| scale * f64::from(code.multiplier) / f64::from(code.divisor));
        let halves = codes.map(|code| 128.5 + 0.5 / f64::from(code.divisor));
        let pairs = _mm_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
        Self {
            cb: repeat_words(forward.cb),
            cr: repeat_words(forward.cr),
            slope: _mm512_broadcast_f64x2(_mm_setr_pd(slopes[0], slopes[1])),
            half: _mm512_broadcast_f64x2(_mm_setr_pd(halves[0], halves[1])),
            pairs: _mm512_broadcast_i32x4(pairs),
        }
    }

    /// Sums of every pair's left pixel `left` times and its right pixel `right` times, rows weighed by the location.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn weigh<const TOP_LEFT: bool>(&self, pixels: Pixels, left: i8, right: i8) -> Sums {
        let [above, top, bottom] = pixels;
        let top = _mm512_shuffle_epi8(top, self.pairs);
        let bottom = _mm512_shuffle_epi8(bottom, self.pairs);
        let outer = _mm512_set1_epi16(i16::from_le_bytes([left as u8, right as u8]));
        if TOP_LEFT {
            let above = _mm512_shuffle_epi8(above, self.pairs);
            let outer_rows = _mm512_add_epi16(_mm512_maddubs_epi16(above, outer), _mm512_maddubs_epi16(bottom, outer));
            _mm512_add_epi16(outer_rows, _mm512_maddubs_epi16(top, _mm512_slli_epi16(outer, 1)))
        } else {
            _mm512_add_epi16(_mm512_maddubs_epi16(top, outer), _mm512_maddubs_epi16(bottom, outer))
        }
    }

    /// What [`Self::sums`] finds on the left of a block: pixel `column` alone matters.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn before<const TOP_LEFT: bool>(&self, rows: RgbRows, column: usize) -> Sums {
        let [above, top, bottom] =
            [repeat_pixel(rows.above, column), repeat_pixel(rows.top, column), repeat_pixel(rows.bottom, column)];
        self.weigh::<TOP_LEFT>([above, top, bottom], 0, 1)
    }

    /// The sums of 16 pixels across by the location's rows. `before` holds the pixels on the left, from the call
    /// before, and is left for the next.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn sums<const CENTER: bool, const TOP_LEFT: bool>(&self, pixels: Pixels, before: &mut Sums) -> Sums {
        if CENTER {
            return self.weigh::<false>(pixels, 1, 1);
        }
        let own = self.weigh::<TOP_LEFT>(pixels, 2, 1);
        let right = self.weigh::<TOP_LEFT>(pixels, 0, 1);
        let left = _mm512_alignr_epi64::<7>(right, *before);
        *before = right;
        _mm512_add_epi16(own, left)
    }

    /// Codes of eight samples, Cb and Cr in turn, one a lane; 256 stands for 255.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn codes(&self, sums: Sums) -> __m512i {
        let cb = _mm512_madd_epi16(sums, self.cb);
        let cr = _mm512_madd_epi16(sums, self.cr);
        let cb = _mm512_add_epi32(cb, _mm512_srli_epi64(cb, 32));
        let cr = _mm512_add_epi32(cr, _mm512_slli_epi64(cr, 32));
        let both = _mm512_mask_blend_epi32(0xAAAA, cb, cr);
        let low = self.codes_of_half(_mm512_castsi512_si256(both));
        let high = self.codes_of_half(_mm512_extracti64x4_epi64(both, 1));
        _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn codes_of_half(&self, x: __m256i) -> __m256i {
        _mm512_cvttpd_epi32(_mm512_fmadd_pd(_mm512_cvtepi32_pd(x), self.slope, self.half))
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn repeat_pixel(row: &[u8], column: usize) -> __m512i {
    let pixel = &row[4 * column..4 * column + 4];
    _mm512_set1_epi32(i32::from_le_bytes(pixel.try_into().expect("four bytes")))
}
