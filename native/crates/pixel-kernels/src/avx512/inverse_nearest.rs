//! 4:2:0 rows → rows of RGB where pixels have their nearest chroma: what it adds is made once for both rows of a pair.

use super::inverse_fixed::{BLOCK, Constants, HALF, is_streamed, repair, write};
use super::lanes::{load, load_half, store};
use super::terms::Terms;
use crate::color::{FixedInverse, Inverse};
use crate::kernels::{ChromaParts, SubsampledRow};
use std::arch::x86_64::*;

/// Converts the row's blocks and returns the column after them.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")]
pub(super) fn convert(
    fixed: &FixedInverse,
    inverse: &Inverse,
    row: &SubsampledRow,
    parts: &mut ChromaParts,
    out: &mut [u8],
) -> usize {
    let whole = row.luma.len() / BLOCK * BLOCK;
    let streamed = is_streamed(row, out);
    if row.again {
        repeat(fixed, row, parts, streamed, out);
    } else {
        make(fixed, row, whole, parts, streamed, out);
    }
    repair(inverse, row, &parts.unsure[..parts.count], streamed, out);
    whole
}

/// Converts a row with the parts of the one before.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn repeat(fixed: &FixedInverse, row: &SubsampledRow, parts: &ChromaParts, streamed: bool, out: &mut [u8]) {
    let constants = Constants::new(fixed);
    let [red, green, blue] = &parts.words;
    let (red, green, blue) = (red.as_chunks::<HALF>().0, green.as_chunks::<HALF>().0, blue.as_chunks::<HALF>().0);
    let words = red.iter().zip(green).zip(blue);
    let halves = row.luma.as_chunks::<HALF>().0.iter().zip(words).zip(out.as_chunks_mut::<{ 4 * HALF }>().0);
    for ((luma, ((red, green), blue)), out) in halves {
        let luma = constants.luma(load_half(luma, 0));
        let values = [
            constants.value(luma, load(red, 0)),
            constants.value(luma, load(green, 0)),
            constants.value(luma, load(blue, 0)),
        ];
        write(streamed, constants.pack(row.blue_first, values), out);
    }
}

/// Converts a row and leaves its parts. Both at once, so that memory has something to take all the time.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vnni")]
fn make(
    fixed: &FixedInverse,
    row: &SubsampledRow,
    whole: usize,
    parts: &mut ChromaParts,
    streamed: bool,
    out: &mut [u8],
) {
    let ChromaParts { words, unsure, count, .. } = parts;
    unsure.resize(whole / HALF + 1, 0);
    *count = 0;
    for words in &mut *words {
        words.resize(whole, 0);
    }
    let (terms, constants) = (Terms::new(fixed, row), Constants::new(fixed));
    let [red, green, blue] = words;
    let (red, green) = (red.as_chunks_mut::<BLOCK>().0, green.as_chunks_mut::<BLOCK>().0);
    let words = red.iter_mut().zip(green).zip(blue.as_chunks_mut::<BLOCK>().0);
    let blocks = row.luma.as_chunks::<BLOCK>().0.iter().zip(words).zip(out.as_chunks_mut::<{ 4 * BLOCK }>().0);
    for (block, ((luma, ((red, green), blue)), out)) in blocks.enumerate() {
        for (half, bytes) in terms.block::<0>(block * HALF).into_iter().enumerate() {
            let at = half * HALF;
            let terms = terms.sixteen(bytes);
            let words = [both(terms[0]), both(terms[1]), both(terms[2])];
            store(red, at, words[0]);
            store(green, at, words[1]);
            store(blue, at, words[2]);
            let green = doubt(terms[1]);
            let any = if fixed.sure { green } else { green | doubt(terms[0]) | doubt(terms[2]) };
            unsure[*count] = (block * BLOCK + at) as u16;
            *count += usize::from(any != 0);
            let luma = constants.luma(load_half(luma, at));
            let values =
                [constants.value(luma, words[0]), constants.value(luma, words[1]), constants.value(luma, words[2])];
            let out = out[4 * at..].first_chunk_mut().expect("half a block");
            write(streamed, constants.pack(row.blue_first, values), out);
        }
    }
}

/// Whole 73rds, twice in every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn both(term: __m512i) -> __m512i {
    _mm512_mask_blend_epi16(0xAAAA_AAAA, _mm512_srli_epi32(term, 15), _mm512_slli_epi32(term, 1))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn doubt(term: __m512i) -> u16 {
    _mm512_testn_epi32_mask(term, _mm512_set1_epi32(0x7FFF & -FixedInverse::UNSURE))
}
