//! RGB rows → two luma rows and a chroma row, 32 pixels at a time.

use super::chroma::{Chroma, Pixels};
use super::lanes::{fetch, load, pack, store, store_half};
use super::luma::Luma;
use crate::blocks;
use crate::color::{ChromaLocation, Forward};
use crate::kernels::{ChromaOut, RgbRows, YcbcrOut};
use crate::scalar;
use std::arch::x86_64::*;

/// Pixels of a block.
const BLOCK: usize = 32;

#[target_feature(enable = "avx2,fma")]
pub(super) fn rgb_to_ycbcr(forward: &Forward, rows: RgbRows, mut out: YcbcrOut) {
    let done = match rows.location {
        ChromaLocation::Center => convert::<true, false>(forward, rows, &mut out),
        ChromaLocation::Left => convert::<false, false>(forward, rows, &mut out),
        ChromaLocation::TopLeft => convert::<false, true>(forward, rows, &mut out),
    };
    scalar::rgb_to_ycbcr_from(done, forward, rows, out);
}

/// Converts the row's blocks and returns the column after them.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn convert<const CENTER: bool, const TOP_LEFT: bool>(forward: &Forward, rows: RgbRows, out: &mut YcbcrOut) -> usize {
    let width = out.top.len();
    if width < BLOCK {
        return 0;
    }
    let luma = Luma::new(forward);
    let chroma = Chroma::new(forward, rows.location);
    let mut before = chroma.before::<TOP_LEFT>(rows, 0);
    let mut next = 0;
    for x in blocks::starts(width, BLOCK) {
        if x != next {
            before = chroma.before::<TOP_LEFT>(rows, x - 1);
        }
        next = x + BLOCK;
        if !rows.ahead[0].is_empty() {
            for line in 0..2 {
                fetch(rows.ahead[0], 4 * x + 64 * line);
                fetch(rows.ahead[1], 4 * x + 64 * line);
            }
        }
        let p = [
            pixels::<TOP_LEFT>(rows, x),
            pixels::<TOP_LEFT>(rows, x + 8),
            pixels::<TOP_LEFT>(rows, x + 16),
            pixels::<TOP_LEFT>(rows, x + 24),
        ];
        store(out.top, x, luma.row([p[0][1], p[1][1], p[2][1], p[3][1]]));
        if let Some(bottom) = &mut out.bottom {
            store(bottom, x, luma.row([p[0][2], p[1][2], p[2][2], p[3][2]]));
        }
        let codes = [
            chroma.codes(chroma.sums::<CENTER, TOP_LEFT>(p[0], &mut before)),
            chroma.codes(chroma.sums::<CENTER, TOP_LEFT>(p[1], &mut before)),
            chroma.codes(chroma.sums::<CENTER, TOP_LEFT>(p[2], &mut before)),
            chroma.codes(chroma.sums::<CENTER, TOP_LEFT>(p[3], &mut before)),
        ];
        store_chroma(&mut out.chroma, x / 2, pack(codes));
    }
    next
}

/// Eight pixels from column `x`.
#[inline]
#[target_feature(enable = "avx2")]
fn pixels<const TOP_LEFT: bool>(rows: RgbRows, x: usize) -> Pixels {
    let top = load(rows.top, 4 * x);
    let above = if TOP_LEFT { load(rows.above, 4 * x) } else { top };
    [above, top, load(rows.bottom, 4 * x)]
}

/// Stores 16 samples that come as Cb, Cb, Cr, Cr.
#[inline]
#[target_feature(enable = "avx2")]
fn store_chroma(out: &mut ChromaOut, at: usize, codes: __m256i) {
    match out {
        ChromaOut::Interleaved(row) => {
            let order = _mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
            store(row, 2 * at, _mm256_shuffle_epi8(codes, _mm256_broadcastsi128_si256(order)));
        }
        ChromaOut::Planar(cb, cr) => {
            let order = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
            let halves = _mm256_shuffle_epi8(codes, _mm256_broadcastsi128_si256(order));
            let planes = _mm256_permute4x64_epi64::<0b11_01_10_00>(halves);
            store_half(cb, at, _mm256_castsi256_si128(planes));
            store_half(cr, at, _mm256_extracti128_si256::<1>(planes));
        }
    }
}
