//! RGB rows → two luma rows and a chroma row.

use crate::color::{ChromaLocation, Forward};
use crate::kernels::{RgbRows, YcbcrOut};

#[inline(always)]
fn pixel(row: &[u8], x: usize) -> [i32; 4] {
    let bytes: [u8; 4] = row[4 * x..4 * x + 4].try_into().expect("four bytes");
    bytes.map(i32::from)
}

#[inline(always)]
fn dot(coefficients: &[i16; 4], samples: [i32; 4]) -> i32 {
    (0..3).map(|i| i32::from(coefficients[i]) * samples[i]).sum()
}

#[inline(always)]
fn luma_row(forward: &Forward, row: &[u8], from: usize, out: &mut [u8]) {
    for (x, code) in out.iter_mut().enumerate().skip(from) {
        *code = forward.luma_code.code(dot(&forward.luma, pixel(row, x)));
    }
}

/// Sums of the samples around chroma sample `c`, with weights that add up to 16.
#[inline(always)]
fn sums(rows: &RgbRows, c: usize, width: usize) -> [i32; 4] {
    let own = 2 * c;
    let before = own.saturating_sub(1);
    let after = (own + 1).min(width - 1);
    let across = |row: &[u8]| -> [i32; 4] {
        let (b, o, a) = (pixel(row, before), pixel(row, own), pixel(row, after));
        match rows.location {
            ChromaLocation::Center => std::array::from_fn(|i| 2 * (o[i] + a[i])),
            ChromaLocation::Left | ChromaLocation::TopLeft => std::array::from_fn(|i| b[i] + 2 * o[i] + a[i]),
        }
    };
    let (top, bottom) = (across(rows.top), across(rows.bottom));
    match rows.location {
        ChromaLocation::Center | ChromaLocation::Left => std::array::from_fn(|i| 2 * (top[i] + bottom[i])),
        ChromaLocation::TopLeft => {
            let above = across(rows.above);
            std::array::from_fn(|i| above[i] + 2 * top[i] + bottom[i])
        }
    }
}

/// Converts from column `from` (even) to the end of the rows.
pub(crate) fn rgb_to_ycbcr_from(from: usize, forward: &Forward, rows: RgbRows, mut out: YcbcrOut) {
    let width = out.top.len();
    luma_row(forward, rows.top, from, out.top);
    if let Some(bottom) = &mut out.bottom {
        luma_row(forward, rows.bottom, from, bottom);
    }
    for c in from / 2..width.div_ceil(2) {
        let sums = sums(&rows, c, width);
        let cb = forward.cb_code.code(dot(&forward.cb, sums));
        let cr = forward.cr_code.code(dot(&forward.cr, sums));
        out.chroma.put(c, cb, cr);
    }
}
