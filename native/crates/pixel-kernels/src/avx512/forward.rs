//! RGB rows → two luma rows and a chroma row, 64 pixels at a time.

use super::chroma::{Chroma, Pixels};
use super::lanes::{fetch, load, pack, store, store_half};
use super::luma::Luma;
use crate::blocks;
use crate::color::{ChromaLocation, Forward};
use crate::kernels::{ChromaOut, RgbRows, YcbcrOut};
use crate::scalar;
use std::arch::x86_64::*;

/// Pixels of a block.
const BLOCK: usize = 64;

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")]
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
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")]
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
            for line in 0..4 {
                fetch(rows.ahead[0], 4 * x + 64 * line);
                fetch(rows.ahead[1], 4 * x + 64 * line);
            }
        }
        let p = [
            pixels::<TOP_LEFT>(rows, x),
            pixels::<TOP_LEFT>(rows, x + 16),
            pixels::<TOP_LEFT>(rows, x + 32),
            pixels::<TOP_LEFT>(rows, x + 48),
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

/// Sixteen pixels from column `x`.
#[inline]
#[target_feature(enable = "avx512f")]
fn pixels<const TOP_LEFT: bool>(rows: RgbRows, x: usize) -> Pixels {
    let top = load(rows.top, 4 * x);
    let above = if TOP_LEFT { load(rows.above, 4 * x) } else { top };
    [above, top, load(rows.bottom, 4 * x)]
}

/// Stores 32 samples of Cb and Cr in turn.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn store_chroma(out: &mut ChromaOut, at: usize, codes: __m512i) {
    match out {
        ChromaOut::Interleaved(row) => store(row, 2 * at, codes),
        ChromaOut::Planar(cb, cr) => {
            let pairs = _mm512_setr_epi64(
                0x0E0C_0A08_0604_0200,
                0x1E1C_1A18_1614_1210,
                0x2E2C_2A28_2624_2220,
                0x3E3C_3A38_3634_3230,
                0x0F0D_0B09_0705_0301,
                0x1F1D_1B19_1715_1311,
                0x2F2D_2B29_2725_2321,
                0x3F3D_3B39_3735_3331,
            );
            let planes = _mm512_permutexvar_epi8(pairs, codes);
            store_half(cb, at, _mm512_castsi512_si256(planes));
            store_half(cr, at, _mm512_extracti64x4_epi64(planes, 1));
        }
    }
}
