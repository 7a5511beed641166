//! Chroma rows → what they add to R, G and B in 73rds with fractions: the terms of [`FixedInverse`].

use super::lanes::{load, load_half};
use crate::color::{FixedInverse, Split};
use crate::kernels::{ChromaIn, SubsampledRow};
use std::arch::x86_64::*;

/// Terms of 16 samples for R, G and B.
pub(super) type Sixteen = [__m512i; 3];

/// Makes terms of chroma.
pub(super) struct Terms<'a> {
    fixed: &'a FixedInverse,
    rows: [ChromaIn<'a>; 2],
    weights: __m512i,
    middle: __m512i,
    pairs: [__m512i; 2],
    high: Sixteen,
    low: Sixteen,
    addend: __m512i,
}

impl<'a> Terms<'a> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn new(fixed: &'a FixedInverse, row: &SubsampledRow<'a>) -> Self {
        let pair = |cb: i16, cr: i16| _mm512_set1_epi32(i32::from(cb as u16) | i32::from(cr) << 16);
        let [r, g, b] = fixed.chroma;
        let (rows, weights) = row.blended();
        // Bytes of both rows in turn.
        let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        let pairs = _mm512_add_epi8(
            _mm512_mullo_epi32(lanes, _mm512_set1_epi32(0x0202_0202)),
            _mm512_set1_epi32(i32::from_le_bytes([0, 64, 1, 65])),
        );
        Self {
            fixed,
            rows,
            weights: _mm512_set1_epi16(i16::from_le_bytes(weights)),
            middle: _mm512_set1_epi8(i8::MIN),
            pairs: [pairs, _mm512_add_epi8(pairs, _mm512_set1_epi8(32))],
            high: [pair(r[0].high, r[1].high), pair(g[0].high, g[1].high), pair(b[0].high, b[1].high)],
            low: [pair(r[0].low, r[1].low), pair(g[0].low, g[1].low), pair(b[0].low, b[1].low)],
            addend: _mm512_set1_epi32(fixed.addend),
        }
    }

    /// Twice 16 samples of both rows in turn. `CALLER` makes a copy for each call, which is then a part of it: calls
    /// would store and load all the constants around them.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub fn block<const CALLER: u32>(&self, sample: usize) -> [__m512i; 2] {
        let first = load_chroma(self.rows[0], sample);
        let second = load_chroma(self.rows[1], sample);
        [_mm512_permutex2var_epi8(first, self.pairs[0], second), _mm512_permutex2var_epi8(first, self.pairs[1], second)]
    }

    /// Terms of 16 samples of both rows in turn.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    pub fn sixteen(&self, bytes: __m512i) -> Sixteen {
        let pairs = _mm512_maddubs_epi16(self.weights, _mm512_xor_si512(bytes, self.middle));
        [
            term(pairs, self.high[0], self.low[0], self.addend),
            term(pairs, self.high[1], self.low[1], self.addend),
            term(pairs, self.high[2], self.low[2], self.addend),
        ]
    }

    /// The terms of one sample, repeated.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn edge(&self, row: &SubsampledRow, sample: usize) -> Sixteen {
        let [cb, cr] = row.quarters(sample).map(|quarters| (i32::from(quarters) - 512) * FixedInverse::QUARTER);
        let [r, g, b] = self.fixed.chroma;
        let sum = |cb_factor: i16, cr_factor: i16| cb * i32::from(cb_factor) + cr * i32::from(cr_factor);
        let term = |[cb, cr]: [Split; 2]| {
            _mm512_set1_epi32(sum(cb.high, cr.high) + ((sum(cb.low, cr.low) + self.fixed.addend) >> 15))
        };
        [term(r), term(g), term(b)]
    }
}

/// A channel's terms of 16 pairs of Cb and Cr.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn term(pairs: __m512i, high: __m512i, low: __m512i, addend: __m512i) -> __m512i {
    _mm512_dpwssd_epi32(_mm512_srai_epi32(_mm512_dpwssd_epi32(addend, pairs, low), 15), pairs, high)
}

/// Cb and Cr of 32 samples in turn.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn load_chroma(chroma: ChromaIn, at: usize) -> __m512i {
    match chroma {
        ChromaIn::Interleaved(row) => load(row, 2 * at),
        ChromaIn::Planar(cb, cr) => {
            let both = _mm512_inserti64x4(_mm512_castsi256_si512(load_half(cb, at)), load_half(cr, at), 1);
            let lanes = _mm512_setr_epi64(
                0x2303_2202_2101_2000,
                0x2707_2606_2505_2404,
                0x2B0B_2A0A_2909_2808,
                0x2F0F_2E0E_2D0D_2C0C,
                0x3313_3212_3111_3010,
                0x3717_3616_3515_3414,
                0x3B1B_3A1A_3919_3818,
                0x3F1F_3E1E_3D1D_3C1C,
            );
            _mm512_permutexvar_epi8(lanes, both)
        }
    }
}
