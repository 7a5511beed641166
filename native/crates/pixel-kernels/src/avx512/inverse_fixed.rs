//! 4:2:0 rows → a row of RGB in the small integers of [`FixedInverse`], 64 pixels at a time. Blocks with a value that
//! they can't decide, one in some hundreds, are done again in double precision.

use super::lanes::{end_stream, load, load_half, store, stream};
use super::terms::{Sixteen, Terms};
use super::{inverse, inverse_nearest};
use crate::color::{FixedInverse, Inverse, Share};
use crate::kernels::{ChromaMemory, ColumnWeights, SubsampledRow, YcbcrRow};
use crate::scalar;
use std::arch::x86_64::*;

/// Pixels of a block.
pub(super) const BLOCK: usize = 64;
/// Pixels of a vector of words, samples of a block.
pub(super) const HALF: usize = BLOCK / 2;
/// Even columns have their sample's, odd ones the mean of two.
const COSITED: u32 = 2;
/// All columns lie a quarter beside their sample.
const BETWEEN: u32 = 3;

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")]
pub(super) fn subsampled_to_rgb(inverse: &Inverse, row: &SubsampledRow, memory: ChromaMemory, out: &mut [u8]) {
    let width = row.luma.len();
    if width < BLOCK {
        return scalar::subsampled_to_rgb(inverse, row, memory, out);
    }
    let whole = &inverse.fixed[Share::Whole as usize];
    if is_streamed(row, out) {
        memory.parts.at_end.0 = Some(|| end_stream());
    }
    let unsure = &mut memory.parts.unsure;
    match (row.columns, whole.sure) {
        (ColumnWeights::NEAREST, _) => {
            let done = inverse_nearest::convert(whole, inverse, row, memory.parts, out);
            if done < width {
                exactly(inverse, row, done, width, &mut out[4 * done..]);
            }
        }
        (ColumnWeights::COSITED, true) => convert::<COSITED, true>(whole, inverse, row, unsure, out),
        (ColumnWeights::COSITED, false) => convert::<COSITED, false>(whole, inverse, row, unsure, out),
        _ => convert::<BETWEEN, false>(&inverse.fixed[Share::Quarter as usize], inverse, row, unsure, out),
    }
}

/// Whether a row is written past the caches: where its vectors fill cache lines.
#[inline]
pub(super) fn is_streamed(row: &SubsampledRow, out: &[u8]) -> bool {
    row.streamed && out.as_ptr().addr().is_multiple_of(64)
}

/// Converts a row of at least a block.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")]
fn convert<const COLUMNS: u32, const SURE: bool>(
    fixed: &FixedInverse,
    inverse: &Inverse,
    row: &SubsampledRow,
    unsure: &mut Vec<u16>,
    out: &mut [u8],
) {
    let width = row.luma.len();
    let whole = width / BLOCK * BLOCK;
    let chroma = Terms::new(fixed, row);
    let constants = Constants::new(fixed);
    let streamed = is_streamed(row, out);
    // Terms of 16 samples; at the edges the next sample repeats.
    let mut before = chroma.edge(row, 0);
    let mut own = before;
    // The halves of blocks to be done again after the row: a call in the loop would have all the constants stored and
    // loaded around it.
    unsure.resize(whole / HALF + 1, 0);
    let mut count = 0;
    for x in (0..=whole).step_by(BLOCK) {
        let (lower, upper) = if x < whole {
            let [lower, upper] = if SURE { chroma.block::<1>(x / 2) } else { chroma.block::<COLUMNS>(x / 2) };
            (chroma.sixteen(lower), upper)
        } else {
            (chroma.edge(row, (whole / 2).min(width.div_ceil(2) - 1)), _mm512_setzero_si512())
        };
        // A block's second half waits for the samples after it.
        if x > 0 {
            let pixels = constants.pixels::<COLUMNS, SURE>(row, x - HALF, [before, own, lower]);
            let out = out[4 * (x - HALF)..].first_chunk_mut().expect("half a block");
            unsure[count] = (x - HALF) as u16;
            count += usize::from(pixels.1 != 0);
            write(streamed, pixels.0, out);
            before = own;
        }
        if x < whole {
            let after = chroma.sixteen(upper);
            let pixels = constants.pixels::<COLUMNS, SURE>(row, x, [before, lower, after]);
            let out = out[4 * x..].first_chunk_mut().expect("half a block");
            unsure[count] = x as u16;
            count += usize::from(pixels.1 != 0);
            write(streamed, pixels.0, out);
            (before, own) = (lower, after);
        }
    }
    repair(inverse, row, &unsure[..count], streamed, out);
    if whole < width {
        exactly(inverse, row, whole, width, &mut out[4 * whole..]);
    }
}

/// What is done to luma and pixels.
pub(super) struct Constants {
    luma: __m512i,
    offset: __m512i,
    reciprocal: __m512i,
    order: [__m512i; 2],
}

impl Constants {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn new(fixed: &FixedInverse) -> Self {
        // Eight pixels' bytes of two channels are in each 128-bit part of either source.
        let channel = _mm512_set1_epi32(i32::from_le_bytes([0, 8, 64, 72]));
        let pixel = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
        let pixel = _mm512_mullo_epi32(pixel, _mm512_set1_epi32(0x0101_0101));
        let pack = _mm512_add_epi8(channel, pixel);
        Self {
            luma: _mm512_set1_epi16(fixed.luma),
            offset: _mm512_set1_epi16(fixed.offset),
            reciprocal: _mm512_set1_epi16(FixedInverse::RECIPROCAL),
            order: [pack, _mm512_add_epi8(pack, _mm512_set1_epi8(32))],
        }
    }

    /// 73rds of 32 pixels' luma.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn luma(&self, luma: __m256i) -> __m512i {
        _mm512_add_epi16(_mm512_mullo_epi16(_mm512_cvtepu8_epi16(luma), self.luma), self.offset)
    }

    /// The 32 pixels from column `x`, and the lanes of which they aren't sure.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn pixels<const COLUMNS: u32, const SURE: bool>(
        &self,
        row: &SubsampledRow,
        x: usize,
        [before, own, after]: [Sixteen; 3],
    ) -> ([__m512i; 2], u16) {
        let luma: &[u8; HALF] = row.luma[x..].first_chunk().expect("half a block");
        let luma = self.luma(load_half(luma, 0));
        let red = channel::<COLUMNS>(before[0], own[0], after[0]);
        let green = channel::<COLUMNS>(before[1], own[1], after[1]);
        let blue = channel::<COLUMNS>(before[2], own[2], after[2]);
        let values = [self.value(luma, red.0), self.value(luma, green.0), self.value(luma, blue.0)];
        (self.pack(row.blue_first, values), if SURE { green.1 } else { red.1 | green.1 | blue.1 })
    }

    /// Whole steps of 73rds.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn value(&self, luma: __m512i, chroma: __m512i) -> __m512i {
        let parts = _mm512_adds_epi16(luma, chroma);
        _mm512_srai_epi16(_mm512_mulhrs_epi16(parts, self.reciprocal), FixedInverse::RECIPROCAL_SHIFT)
    }

    /// R, G, B and alpha of 32 pixels, or with blue first.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub fn pack(&self, blue_first: bool, [red, green, blue]: [__m512i; 3]) -> [__m512i; 2] {
        let (first, third) = if blue_first { (blue, red) } else { (red, blue) };
        let outer = _mm512_packus_epi16(first, green);
        let inner = _mm512_packus_epi16(third, _mm512_set1_epi16(255));
        [_mm512_permutex2var_epi8(outer, self.order[0], inner), _mm512_permutex2var_epi8(outer, self.order[1], inner)]
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

/// Does the halves of blocks that begin at the columns of `unsure` again.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) fn repair(inverse: &Inverse, row: &SubsampledRow, unsure: &[u16], streamed: bool, out: &mut [u8]) {
    for x in unsure.iter().map(|&x| usize::from(x)) {
        let mut pixels = [0; 4 * HALF];
        exactly(inverse, row, x, x + HALF, &mut pixels);
        let out: &mut [u8; 4 * HALF] = out[4 * x..].first_chunk_mut().expect("half a block");
        write(streamed, [load(&pixels, 0), load(&pixels, 64)], out);
    }
}

/// Stores 32 pixels.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn write(streamed: bool, pixels: [__m512i; 2], out: &mut [u8; 4 * HALF]) {
    if streamed {
        stream(out, 0, pixels[0]);
        stream(out, 64, pixels[1]);
    } else {
        store(out, 0, pixels[0]);
        store(out, 64, pixels[1]);
    }
}

/// Columns `from` (even) to `to`, at most a block, in double precision, to the beginning of `out`.
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
    inverse::ycbcr_to_rgb(inverse, part, &mut out[..4 * (to - from)]);
}
