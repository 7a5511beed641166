//! Conversions from bytes to bytes, a kernel a row.

use super::Run;
use crate::image::{Band, Format};
use crate::program::{Direct, Quarters};

/// Bytes of a target from which on YUY2 is taken apart past the caches: with the source these are more than the second
/// level has and near what the last one has.
const STREAMED_BYTES: usize = 8 << 20;

/// Fills a band of the target.
pub(super) fn run(direct: &Direct, run: &Run, band: Band) {
    match direct {
        Direct::Narrow => narrow(run, band),
        Direct::Site => site(run, band),
        Direct::HalvePlanes { luma, chroma } => halve_planes(run, *luma, *chroma, band),
        Direct::HalvePixels => halve_pixels(run, band),
    }
}

/// Two rows of the source.
fn pair<'a>(run: &Run<'a>, plane: usize, y: usize) -> [&'a [u8]; 2] {
    [run.source.row(plane, 2 * y), run.source.row(plane, 2 * y + 1)]
}

/// The pair after `y`, for its kernel to fetch; empty rows at the end of what is read.
fn pair_after<'a>(run: &Run<'a>, plane: usize, y: usize, end: usize) -> [&'a [u8]; 2] {
    if y + 1 < end { pair(run, plane, y + 1) } else { [&[]; 2] }
}

fn narrow(run: &Run, mut band: Band) {
    let round = run.kernels.plain.round_high10;
    // Planes in turn would take a twentieth more time.
    for cy in band.chroma_rows(run.program.target.format) {
        for y in 2 * cy..(2 * cy + 2).min(band.rows.end) {
            round(run.source.row(0, y), band.row(0, y));
        }
        round(run.source.row(1, cy), band.row(1, cy));
    }
}

fn site(run: &Run, mut band: Band) {
    let (plain, target) = (&run.kernels.plain, &run.program.target);
    let is_streamed = target.width as usize * target.height as usize * 3 / 2 >= STREAMED_BYTES;
    let band_pairs = band.rows.end / 2;
    for cy in band.chroma_rows(target.format) {
        let (source, out) = (pair(run, 0, cy), band.row_pair(cy));
        match out.bottom {
            Some(bottom) if is_streamed => {
                (plain.stream_yuy2)(source, pair_after(run, 0, cy, band_pairs), [out.top, bottom], out.chroma);
            }
            bottom => {
                (plain.luma_of_yuy2)(source[0], out.top);
                if let Some(bottom) = bottom {
                    (plain.luma_of_yuy2)(source[1], bottom);
                }
                (plain.chroma_of_yuy2)(source, out.chroma);
            }
        }
    }
}

/// Planes in turn, so that a row's successor is the one that was fetched.
fn halve_planes(run: &Run, luma: Quarters, chroma: Quarters, mut band: Band) {
    let (plain, format) = (&run.kernels.plain, run.program.target.format);
    let halve = |plane: usize, y: usize, end: usize, [across, down]: Quarters, out: &mut [u8]| {
        let (rows, ahead) = (pair(run, plane, y), pair_after(run, plane, y, end));
        match [across, down] {
            _ if plane == 1 && format == Format::Nv12 => (plain.halve_pairs)(rows, ahead, across, down, out),
            [[2, 2], [2, 2]] => (plain.halve_box)(rows, ahead, out),
            _ => (plain.halve_quarters)(rows, ahead, across, down, out),
        }
    };
    for y in band.rows.clone() {
        halve(0, y, band.rows.end, luma, band.row(0, y));
    }
    let rows = band.chroma_rows(format);
    for plane in 1..format.plane_count() {
        for y in rows.clone() {
            halve(plane, y, rows.end, chroma, band.row(plane, y));
        }
    }
}

fn halve_pixels(run: &Run, mut band: Band) {
    for y in band.rows.clone() {
        (run.kernels.plain.halve_pixels)(pair(run, 0, y), band.row(0, y));
    }
}
