//! Luma and chroma rows → a row of RGB.

use crate::color::Inverse;
use crate::kernels::{ChromaIn, ChromaMemory, Quarters, SubsampledRow, YcbcrRow};

/// Blends two chroma rows into quarters of codes, one more sample repeated at both ends.
#[inline(always)]
pub(crate) fn blend_chroma(rows: [ChromaIn; 2], weights: Quarters, cb: &mut [u16], cr: &mut [u16]) {
    let count = cb.len() - 2;
    match rows {
        [ChromaIn::Interleaved(first), ChromaIn::Interleaved(second)] => {
            let pairs = first.chunks_exact(2).zip(second.chunks_exact(2));
            for ((cb, cr), (a, b)) in cb[1..=count].iter_mut().zip(&mut cr[1..=count]).zip(pairs) {
                *cb = blend(weights, a[0], b[0]);
                *cr = blend(weights, a[1], b[1]);
            }
        }
        [ChromaIn::Planar(first_cb, first_cr), ChromaIn::Planar(second_cb, second_cr)] => {
            blend_row(weights, first_cb, second_cb, &mut cb[1..=count]);
            blend_row(weights, first_cr, second_cr, &mut cr[1..=count]);
        }
        _ => unreachable!("both rows are of one image"),
    }
    for row in [cb, cr] {
        row[0] = row[1];
        row[count + 1] = row[count];
    }
}

#[inline(always)]
fn blend_row(weights: Quarters, first: &[u8], second: &[u8], out: &mut [u16]) {
    for (out, (a, b)) in out.iter_mut().zip(first.iter().zip(second)) {
        *out = blend(weights, *a, *b);
    }
}

#[inline(always)]
fn blend(weights: Quarters, a: u8, b: u8) -> u16 {
    weights[0] * u16::from(a) + weights[1] * u16::from(b)
}

pub(crate) fn subsampled_to_rgb(inverse: &Inverse, row: &SubsampledRow, memory: ChromaMemory, out: &mut [u8]) {
    let [cb, cr] = memory.quarters;
    blend_chroma(row.chroma, row.rows, cb, cr);
    let row = YcbcrRow { luma: row.luma, cb, cr, weights: row.columns, blue_first: row.blue_first };
    ycbcr_to_rgb_from(0, inverse, row, out);
}

/// Converts from column `from` (even) to the end of the row.
pub(crate) fn ycbcr_to_rgb_from(from: usize, inverse: &Inverse, row: YcbcrRow, out: &mut [u8]) {
    let columns = row.luma.iter().zip(out.chunks_exact_mut(4)).enumerate().skip(from);
    for (x, (&luma, pixel)) in columns {
        let own = 1 + x / 2;
        let (weights, at) = if x % 2 == 0 { (row.weights.even, own - 1) } else { (row.weights.odd, own) };
        let sixteenths = |chroma: &[u16]| i32::from(weights[0] * chroma[at] + weights[1] * chroma[at + 1]) - 2048;
        let (cb, cr) = (sixteenths(row.cb), sixteenths(row.cr));
        let y = i32::from(luma) - inverse.luma_offset;
        let [red, blue] = if row.blue_first { [2, 0] } else { [0, 2] };
        pixel[red] = inverse.red.value(y, cb, cr);
        pixel[1] = inverse.green.value(y, cb, cr);
        pixel[blue] = inverse.blue.value(y, cb, cr);
        pixel[3] = 255;
    }
}
