//! Conversions in which samples only change place.

use super::plan::Plan;
use crate::image::{Band, Format};

pub(super) fn run(plan: &Plan, band: &mut Band) {
    let source = &plan.source;
    let luma_rows = band.rows.clone();
    if !source.format.is_ycbcr() {
        for y in luma_rows {
            if source.format == plan.target_format {
                band.row(0, y).copy_from_slice(source.row(0, y));
            } else {
                (plan.kernels.swap_red_blue)(source.row(0, y), band.row(0, y));
            }
        }
        return;
    }
    for y in luma_rows.clone() {
        band.row(0, y).copy_from_slice(source.row(0, y));
    }
    for y in luma_rows.start / 2..luma_rows.end.div_ceil(2) {
        let mut pair = band.row_pair(y);
        match (source.format, &mut pair.second_chroma) {
            (Format::Nv12, None) => pair.chroma.copy_from_slice(source.row(1, y)),
            (Format::Nv12, Some(cr)) => (plan.kernels.deinterleave)(source.row(1, y), pair.chroma, cr),
            (_, None) => (plan.kernels.interleave)(source.row(1, y), source.row(2, y), pair.chroma),
            (_, Some(cr)) => {
                pair.chroma.copy_from_slice(source.row(1, y));
                cr.copy_from_slice(source.row(2, y));
            }
        }
    }
}
