//! 4:2:0 rows → a row of RGB in the small integers of [`FixedInverse`], 64 pixels at a time. Blocks with a value that
//! they can't decide, one in some hundreds, are done again in double precision.

use super::inverse;
use super::lanes::{end_stream, load, load_half, store, stream};
use crate::color::{FixedInverse, Inverse, Share, Split};
use crate::kernels::{ChromaIn, ColumnWeights, SubsampledRow, YcbcrRow};
use crate::scalar;
use std::arch::x86_64::*;

/// Pixels of a block.
const BLOCK: usize = 64;
/// Pairs of columns that are rather done one by one than as a block.
const FEW: u32 = 4;
/// A column's chroma is its sample's.
const NEAREST: u32 = 0;
/// Even columns have their sample's, odd ones the mean of two.
const COSITED: u32 = 1;
/// All columns lie a quarter beside their sample.
const BETWEEN: u32 = 2;

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")]
pub(super) fn subsampled_to_rgb(inverse: &Inverse, row: &SubsampledRow, chroma: [&mut [u16]; 2], out: &mut [u8]) {
    let width = row.luma.len();
    if width < BLOCK {
        return scalar::subsampled_to_rgb(inverse, row, chroma, out);
    }
    let whole = &inverse.fixed[Share::Whole as usize];
    match (row.columns, whole.sure) {
        (ColumnWeights::NEAREST, _) => convert::<NEAREST, false>(whole, inverse, row, out),
        (ColumnWeights::COSITED, true) => convert::<COSITED, true>(whole, inverse, row, out),
        (ColumnWeights::COSITED, false) => convert::<COSITED, false>(whole, inverse, row, out),
        _ => convert::<BETWEEN, false>(&inverse.fixed[Share::Quarter as usize], inverse, row, out),
    }
}

/// Converts a row of at least a block.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")]
fn convert<const COLUMNS: u32, const SURE: bool>(
    fixed: &FixedInverse,
    inverse: &Inverse,
    row: &SubsampledRow,
    out: &mut [u8],
) {
    let width = row.luma.len();
    let whole = width / BLOCK * BLOCK;
    let chroma = Chroma::new(fixed, row);
    let constants = Constants::new(fixed);
    let streamed = row.streamed && out.as_ptr().addr().is_multiple_of(64);
    // Terms of 16 samples; at the edges the next sample repeats.
    let mut before = chroma.edge(row, 0);
    let mut own = before;
    let mut unsure = 0;
    for x in (0..=whole).step_by(BLOCK) {
        let (lower, upper) = if x < whole {
            let [lower, upper] = chroma.block(x / 2);
            (chroma.sixteen(lower), upper)
        } else {
            (chroma.edge(row, (whole / 2).min(width.div_ceil(2) - 1)), _mm512_setzero_si512())
        };
        if x > 0 {
            let done = x - BLOCK;
            let luma = load_half(row.luma, done + 32);
            let (values, also) = constants.pixels::<COLUMNS, SURE>(luma, before, own, lower);
            constants.put(row.blue_first, streamed, values, out, 4 * done + 128);
            before = own;
            if unsure | also != 0 {
                repair(inverse, row, done, u32::from(unsure) | u32::from(also) << 16, out);
            }
            if x == whole {
                break;
            }
        }
        let after = chroma.sixteen(upper);
        let values;
        (values, unsure) = constants.pixels::<COLUMNS, SURE>(load_half(row.luma, x), before, lower, after);
        constants.put(row.blue_first, streamed, values, out, 4 * x);
        (before, own) = (lower, after);
    }
    if streamed {
        end_stream();
    }
    if whole < width {
        exactly(inverse, row, whole, width, out);
    }
}

/// Terms of 16 samples for R, G and B.
type Sixteen = [__m512i; 3];

/// Makes terms of chroma.
struct Chroma<'a> {
    fixed: &'a FixedInverse,
    rows: [ChromaIn<'a>; 2],
    weights: __m512i,
    middle: __m512i,
    pairs: [__m512i; 2],
    high: Sixteen,
    low: Sixteen,
    addend: __m512i,
}

impl<'a> Chroma<'a> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn new(fixed: &'a FixedInverse, row: &SubsampledRow<'a>) -> Self {
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

    /// Twice 16 samples of both rows in turn.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn block(&self, sample: usize) -> [__m512i; 2] {
        let first = load_chroma(self.rows[0], sample);
        let second = load_chroma(self.rows[1], sample);
        [_mm512_permutex2var_epi8(first, self.pairs[0], second), _mm512_permutex2var_epi8(first, self.pairs[1], second)]
    }

    /// Terms of 16 samples of both rows in turn.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    fn sixteen(&self, bytes: __m512i) -> Sixteen {
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
    fn edge(&self, row: &SubsampledRow, sample: usize) -> Sixteen {
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

struct Constants {
    luma: __m512i,
    offset: __m512i,
    reciprocal: __m512i,
    pack: [__m512i; 2],
}

impl Constants {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn new(fixed: &FixedInverse) -> Self {
        // Eight pixels' bytes of two channels are in each 128-bit part of either source.
        let channel = _mm512_set1_epi32(i32::from_le_bytes([0, 8, 64, 72]));
        let pixel = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
        let pixel = _mm512_mullo_epi32(pixel, _mm512_set1_epi32(0x0101_0101));
        let pack = _mm512_add_epi8(channel, pixel);
        Self {
            luma: _mm512_set1_epi16(fixed.luma),
            offset: _mm512_set1_epi16(fixed.offset),
            reciprocal: _mm512_set1_epi16(FixedInverse::RECIPROCAL),
            pack: [pack, _mm512_add_epi8(pack, _mm512_set1_epi8(32))],
        }
    }

    /// R, G and B of 32 pixels, words of at most 448, and the lanes of which that isn't sure.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn pixels<const COLUMNS: u32, const SURE: bool>(
        &self,
        luma: __m256i,
        before: Sixteen,
        own: Sixteen,
        after: Sixteen,
    ) -> ([__m512i; 3], u16) {
        let luma = _mm512_mullo_epi16(_mm512_cvtepu8_epi16(luma), self.luma);
        let luma = _mm512_add_epi16(luma, self.offset);
        let red = channel::<COLUMNS>(before[0], own[0], after[0]);
        let green = channel::<COLUMNS>(before[1], own[1], after[1]);
        let blue = channel::<COLUMNS>(before[2], own[2], after[2]);
        let values = [self.value(luma, red.0), self.value(luma, green.0), self.value(luma, blue.0)];
        (values, if SURE { green.1 } else { red.1 | green.1 | blue.1 })
    }

    /// Whole steps of 73rds.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn value(&self, luma: __m512i, chroma: __m512i) -> __m512i {
        let parts = _mm512_adds_epi16(luma, chroma);
        _mm512_srai_epi16(_mm512_mulhrs_epi16(parts, self.reciprocal), FixedInverse::RECIPROCAL_SHIFT)
    }

    /// Stores 32 pixels.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn put(&self, blue_first: bool, streamed: bool, [red, green, blue]: [__m512i; 3], out: &mut [u8], at: usize) {
        let (first, third) = if blue_first { (blue, red) } else { (red, blue) };
        let outer = _mm512_packus_epi16(first, green);
        let inner = _mm512_packus_epi16(third, _mm512_set1_epi16(255));
        let pixels = [
            _mm512_permutex2var_epi8(outer, self.pack[0], inner),
            _mm512_permutex2var_epi8(outer, self.pack[1], inner),
        ];
        if streamed {
            stream(out, at, pixels[0]);
            stream(out, at + 64, pixels[1]);
        } else {
            store(out, at, pixels[0]);
            store(out, at + 64, pixels[1]);
        }
    }
}

/// What chroma adds to a channel of 32 pixels, in 73rds, and the lanes of which it isn't sure.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn channel<const COLUMNS: u32>(before: __m512i, own: __m512i, after: __m512i) -> (__m512i, u16) {
    // Even columns' 73rds in the lower words of lanes, odd ones' in the upper.
    let halves = 0xAAAA_AAAA;
    let [term, two, four] = [1, 2, 4].map(|terms| _mm512_set1_epi32(0xFFFF & -(FixedInverse::UNSURE * terms)));
    let term = _mm512_and_si512(term, _mm512_set1_epi32(0x7FFF));
    match COLUMNS {
        NEAREST => {
            let both = _mm512_mask_blend_epi16(halves, _mm512_srli_epi32(own, 15), _mm512_slli_epi32(own, 1));
            (both, _mm512_testn_epi32_mask(own, term))
        }
        COSITED => {
            let odd = _mm512_add_epi32(own, _mm512_alignr_epi32(after, own, 1));
            let both = _mm512_mask_blend_epi16(halves, _mm512_srli_epi32(own, 15), odd);
            (both, _mm512_testn_epi32_mask(own, term) | _mm512_testn_epi32_mask(odd, two))
        }
        _ => {
            let triple = _mm512_add_epi32(_mm512_add_epi32(own, own), own);
            let even = _mm512_add_epi32(triple, _mm512_alignr_epi32(own, before, 15));
            let odd = _mm512_add_epi32(triple, _mm512_alignr_epi32(after, own, 1));
            let both = _mm512_mask_blend_epi16(halves, _mm512_srli_epi32(even, 16), odd);
            (both, _mm512_testn_epi32_mask(even, four) | _mm512_testn_epi32_mask(odd, four))
        }
    }
}

/// Writes a block's pairs of columns that aren't sure again: those of the bits of `unsure`.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn repair(inverse: &Inverse, row: &SubsampledRow, x: usize, unsure: u32, out: &mut [u8]) {
    if unsure.count_ones() > FEW {
        return exactly(inverse, row, x, x + BLOCK, out);
    }
    let mut left = unsure;
    while left != 0 {
        let first = x + 2 * left.trailing_zeros() as usize;
        left &= left - 1;
        for column in first..first + 2 {
            let pixel = &mut out[4 * column..4 * column + 4];
            pixel.copy_from_slice(&scalar::subsampled_pixel(inverse, row, column));
        }
    }
}

/// Columns `from` (even) to `to` in double precision.
#[cold]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn exactly(inverse: &Inverse, row: &SubsampledRow, from: usize, to: usize, out: &mut [u8]) {
    let (mut cb, mut cr) = ([0; BLOCK / 2 + 2], [0; BLOCK / 2 + 2]);
    let last = row.luma.len().div_ceil(2) - 1;
    let samples = (to - from).div_ceil(2) + 2;
    for (at, (cb, cr)) in cb.iter_mut().zip(&mut cr).enumerate().take(samples) {
        [*cb, *cr] = row.quarters((from / 2 + at).saturating_sub(1).min(last));
    }
    let part = YcbcrRow {
        luma: &row.luma[from..to],
        cb: &cb[..samples],
        cr: &cr[..samples],
        weights: row.columns,
        blue_first: row.blue_first,
    };
    inverse::ycbcr_to_rgb(inverse, part, &mut out[4 * from..4 * to]);
}
