//! Rows of a chain into the target's format.

use super::chain::Chain;
use super::plan::Plan;
use crate::color::ChromaLocation;
use crate::image::{Band, Format, RowPair};
use crate::kernels::{ChromaOut, RgbRows, YcbcrOut};

pub(super) fn write_rgb(plan: &Plan, chain: &mut Chain, band: &mut Band) {
    // A Y'CbCr source without steps has written B G R A itself.
    let swap = plan.target_format == Format::Bgra && (plan.has_steps() || !plan.source.format.is_ycbcr());
    let mut row = vec![0; if swap { plan.target_width() * 4 } else { 0 }];
    for y in band.rows.clone() {
        if swap {
            chain.produce(y, &mut row);
            (plan.kernels.swap_red_blue)(&row, band.row(0, y));
        } else {
            chain.produce(y, band.row(0, y));
        }
    }
}

/// Rows of the chain that are still needed: three cover a chroma row of any location.
struct Window {
    rows: [Vec<u8>; 3],
    held: [Option<usize>; 3],
}

impl Window {
    /// Makes row `y` unless it is held, in the place of the oldest.
    fn hold(&mut self, y: usize, chain: &mut Chain) {
        let slot = y % 3;
        if self.held[slot] != Some(y) {
            chain.produce(y, &mut self.rows[slot]);
            self.held[slot] = Some(y);
        }
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.rows[y % 3]
    }
}

pub(super) fn write_ycbcr(plan: &Plan, chain: &mut Chain, band: &mut Band) {
    let location = plan.target_color.chroma_location;
    let direct = chain.direct(band.rows.start).is_some();
    let row = || vec![0; if direct { 0 } else { plan.target_width() * 4 }];
    let mut window = Window { rows: [row(), row(), row()], held: [None; 3] };
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
        (plan.kernels.rgb_to_ycbcr)(&plan.forward, rgb, out_of(band.row_pair(pair)));
    }
}

fn out_of(pair: RowPair<'_>) -> YcbcrOut<'_> {
    let chroma = match pair.second_chroma {
        Some(cr) => ChromaOut::Planar(pair.chroma, cr),
        None => ChromaOut::Interleaved(pair.chroma),
    };
    YcbcrOut { top: pair.top, bottom: pair.bottom, chroma }
}
