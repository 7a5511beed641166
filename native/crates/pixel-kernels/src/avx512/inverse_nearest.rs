//! 4:2:0 rows → rows of RGB where pixels have their nearest chroma: what it adds is made once for both rows of a pair.

use super::inverse_fixed::{BLOCK, Constants, HALF, repair, write};
use super::lanes::{end_stream, load, load_half, store};
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
    if !row.again {
        make_parts(fixed, row, whole, parts);
    }
    let constants = Constants::new(fixed);
    let streamed = row.streamed && out.as_ptr().addr().is_multiple_of(64);
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
    repair(inverse, row, &parts.unsure[..parts.count], streamed, out);
    if streamed {
        end_stream();
    }
    whole
}

/// Fills what chroma adds to pixels, and which pairs of them that isn't sure for.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vnni")]
fn make_parts(fixed: &FixedInverse, row: &SubsampledRow, whole: usize, parts: &mut ChromaParts) {
    let ChromaParts { words, unsure, count } = parts;
    unsure.resize(whole / HALF + 1, 0);
    *count = 0;
    for words in &mut *words {
        words.resize(whole, 0);
    }
    let terms = Terms::new(fixed, row);
    let [red, green, blue] = words;
    let (red, green) = (red.as_chunks_mut::<BLOCK>().0, green.as_chunks_mut::<BLOCK>().0);
    let words = red.iter_mut().zip(green).zip(blue.as_chunks_mut::<BLOCK>().0);
    for (block, ((red, green), blue)) in words.enumerate() {
        let [lower, upper] = terms.block::<0>(block * HALF);
        for (half, bytes) in [lower, upper].into_iter().enumerate() {
            let terms = terms.sixteen(bytes);
            store(red, half * HALF, both(terms[0]));
            store(green, half * HALF, both(terms[1]));
            store(blue, half * HALF, both(terms[2]));
            let green = doubt(terms[1]);
            let any = if fixed.sure { green } else { green | doubt(terms[0]) | doubt(terms[2]) };
            unsure[*count] = (block * BLOCK + half * HALF) as u16;
            *count += usize::from(any != 0);
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
