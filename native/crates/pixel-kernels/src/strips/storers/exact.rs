//! 8-bit RGB into 8-bit Y'CbCr, rounded once.

use super::codes::Code;
use super::window::Window;
use crate::color::ChromaLocation;
use crate::image::{Band, Format, RowPair};
use crate::kernels::{ChromaOut, RgbRows, YcbcrOut};
use crate::program::Storer;
use crate::strips::Run;
use crate::strips::chain::Chain;

/// Samples of a row that isn't used where it lies.
fn row_length(run: &Run, chain: &Chain, band: &Band) -> usize {
    if chain.direct(band.rows.start).is_some() { 0 } else { 4 * run.program.target.width as usize }
}

pub(super) fn write_420(run: &Run, storer: &Storer, chain: &mut Chain, band: &mut Band) {
    let location = run.program.target.color.chroma_location;
    let length = row_length(run, chain, band);
    let direct = length == 0;
    let mut window = Window::<u8>::new(length);
    for pair in band.rows.start / 2..band.rows.end.div_ceil(2) {
        let top = 2 * pair;
        let above = if location == ChromaLocation::TopLeft { top.saturating_sub(1) } else { top };
        let bottom = if top + 1 < band.rows.end { top + 1 } else { top };
        let rows = if direct {
            [above, top, bottom].map(|y| chain.direct(y).expect("all rows are direct when one is"))
        } else {
            for y in [above, top, bottom] {
                window.hold(y, chain);
            }
            [above, top, bottom].map(|y| window.row(y))
        };
        let next = |y: usize| chain.direct(y.min(band.rows.end - 1)).unwrap_or_default();
        let ahead = [next(top + 2), next(top + 3)];
        let rgb = RgbRows { location, above: rows[0], top: rows[1], bottom: rows[2], ahead };
        (run.kernels.rgb_to_ycbcr)(&storer.forward, rgb, out_of(band.row_pair(pair)));
    }
}

fn out_of(pair: RowPair<'_>) -> YcbcrOut<'_> {
    let chroma = match pair.second_chroma {
        Some(cr) => ChromaOut::Planar(pair.chroma, cr),
        None => ChromaOut::Interleaved(pair.chroma),
    };
    YcbcrOut { top: pair.top, bottom: pair.bottom, chroma }
}

/// A row of 4:2:2 is 4:2:0 of the same row twice.
pub(super) fn write_422(run: &Run, storer: &Storer, chain: &mut Chain, band: &mut Band) {
    let format = run.program.target.format;
    let location = run.program.target.color.chroma_location;
    let length = row_length(run, chain, band);
    let mut buffer = vec![0; length];
    let width = if format == Format::I422 { 0 } else { run.program.target.width as usize };
    let mut codes = [vec![0; width], vec![0; width.div_ceil(2)], vec![0; width.div_ceil(2)]];
    for y in band.rows.clone() {
        let row = chain.row(y, &mut buffer);
        let ahead = [chain.direct((y + 1).min(band.rows.end - 1)).unwrap_or_default(), &[]];
        let rgb = RgbRows { location, above: row, top: row, bottom: row, ahead };
        let [luma, cb, cr] =
            if format == Format::I422 { band.three_rows(y, y) } else { codes.each_mut().map(|row| &mut row[..]) };
        let out = YcbcrOut { top: luma, bottom: None, chroma: ChromaOut::Planar(cb, cr) };
        (run.kernels.rgb_to_ycbcr)(&storer.forward, rgb, out);
        if format != Format::I422 {
            u8::put_packed(run.kernels, format, band, y, codes.each_ref().map(|row| &row[..]));
        }
    }
}

pub(super) fn write_444(run: &Run, storer: &Storer, chain: &mut Chain, band: &mut Band) {
    let mut buffer = vec![0; row_length(run, chain, band)];
    for y in band.rows.clone() {
        let row = chain.row(y, &mut buffer);
        (run.kernels.plain.rgb_to_ycbcr444)(&storer.forward, row, band.three_rows(y, y));
    }
}
