//! Conversions from bytes to bytes, a kernel a row.

use super::Run;
use crate::image::{Band, Format};
use crate::program::{Direct, Quarters};

/// Fills a band of the target.
pub(super) fn run(direct: &Direct, run: &Run, mut band: Band) {
    let (source, plain, format) = (&run.source, &run.kernels.plain, run.program.target.format);
    let pair = |plane: usize, y: usize| [source.row(plane, 2 * y), source.row(plane, 2 * y + 1)];
    let halve = |rows: [&[u8]; 2], [across, down]: Quarters, out: &mut [u8]| match [across, down] {
        [[2, 2], [2, 2]] => (plain.halve_box)(rows, out),
        _ => (plain.halve_quarters)(rows, across, down, out),
    };
    if matches!(direct, Direct::HalvePixels) {
        for y in band.rows.clone() {
            (plain.halve_pixels)(pair(0, y), band.row(0, y));
        }
        return;
    }
    // A luma row or two, then the chroma row that belongs to them, so that a source of one plane is read once.
    for cy in band.chroma_rows(format) {
        for y in 2 * cy..(2 * cy + 2).min(band.rows.end) {
            let out = band.row(0, y);
            match direct {
                Direct::Narrow => (plain.round_high10)(source.row(0, y), out),
                Direct::Site => (plain.luma_of_yuy2)(source.row(0, y), out),
                Direct::HalvePlanes { luma, .. } => halve(pair(0, y), *luma, out),
                Direct::HalvePixels => unreachable!("done above"),
            }
        }
        match direct {
            Direct::Narrow => (plain.round_high10)(source.row(1, cy), band.row(1, cy)),
            Direct::Site => (plain.chroma_of_yuy2)(pair(0, cy), band.row(1, cy)),
            Direct::HalvePlanes { chroma: [across, down], .. } if format == Format::Nv12 => {
                (plain.halve_pairs)(pair(1, cy), *across, *down, band.row(1, cy));
            }
            Direct::HalvePlanes { chroma, .. } => {
                for plane in [1, 2] {
                    halve(pair(plane, cy), *chroma, band.row(plane, cy));
                }
            }
            Direct::HalvePixels => unreachable!("done above"),
        }
    }
}
