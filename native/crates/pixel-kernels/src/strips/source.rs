//! Rows of RGBA from the source, whatever its format.

use super::plan::Plan;
use crate::color::{ChromaLocation, Upsampling};
use crate::image::{Format, Image};
use crate::kernels::{ChromaIn, Quarters, YcbcrRow};

pub(super) struct SourceRows<'a> {
    plan: &'a Plan<'a>,
    cb: Vec<u16>,
    cr: Vec<u16>,
}

impl<'a> SourceRows<'a> {
    pub fn new(plan: &'a Plan<'a>) -> Self {
        let samples = if plan.source.format.is_ycbcr() { plan.source.width.div_ceil(2) as usize + 2 } else { 0 };
        Self { plan, cb: vec![0; samples], cr: vec![0; samples] }
    }

    /// Row `y` where it lies, if it is what comes after as it is.
    pub fn direct(&self, y: usize) -> Option<&'a [u8]> {
        match self.plan.source.format {
            Format::Rgba => Some(self.plan.source.row(0, y)),
            // The target's coefficients are in this order when there are no steps.
            Format::Bgra if !self.plan.has_steps() => Some(self.plan.source.row(0, y)),
            _ => None,
        }
    }

    pub fn produce(&mut self, y: usize, out: &mut [u8]) {
        let plan = self.plan;
        match plan.source.format {
            Format::Rgba => out.copy_from_slice(plan.source.row(0, y)),
            Format::Bgra => (plan.kernels.swap_red_blue)(plan.source.row(0, y), out),
            Format::Nv12 | Format::I420 => {
                let rows = plan.source.height.div_ceil(2) as usize;
                let (pair, weights) = chroma_rows(y, rows, plan.source_color.chroma_location, plan.upsampling);
                let chroma = pair.map(|row| chroma_row(&plan.source, row));
                (plan.kernels.blend_chroma)(chroma, weights, &mut self.cb, &mut self.cr);
                let row = YcbcrRow {
                    luma: plan.source.row(0, y),
                    cb: &self.cb,
                    cr: &self.cr,
                    weights: plan.column_weights,
                    blue_first: plan.target_format == Format::Bgra && !plan.has_steps(),
                };
                (plan.kernels.ycbcr_to_rgb)(&plan.inverse, row, out);
            }
        }
    }
}

fn chroma_row<'a>(image: &Image<'a>, row: usize) -> ChromaIn<'a> {
    match image.format {
        Format::I420 => ChromaIn::Planar(image.row(1, row), image.row(2, row)),
        _ => ChromaIn::Interleaved(image.row(1, row)),
    }
}

/// The two chroma rows that luma row `y` lies between, and their weights.
fn chroma_rows(y: usize, rows: usize, location: ChromaLocation, upsampling: Upsampling) -> ([usize; 2], Quarters) {
    let own = y / 2;
    let (above, below) = (own.saturating_sub(1), (own + 1).min(rows - 1));
    let even = y.is_multiple_of(2);
    match (upsampling, location) {
        (Upsampling::Nearest, _) => ([own, own], [4, 0]),
        (Upsampling::Bilinear, ChromaLocation::TopLeft) if even => ([own, own], [4, 0]),
        (Upsampling::Bilinear, ChromaLocation::TopLeft) => ([own, below], [2, 2]),
        (Upsampling::Bilinear, _) if even => ([above, own], [1, 3]),
        (Upsampling::Bilinear, _) => ([own, below], [3, 1]),
    }
}
