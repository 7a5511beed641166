//! The steps of a chain: each makes a row of RGBA from the rows of the one before.

use super::plan::Plan;
use super::scale_stage::ScaleStage;
use super::source::SourceRows;
use crate::image::Image;
use crate::kernels::Kernels;
use crate::operations::ScalePlan;

/// An operation, prepared once for all the bands.
pub(crate) enum Step<'a> {
    /// The plan and the width of the rows it takes.
    Scale(ScalePlan, usize),
    ColorMatrix([i32; 12]),
    Overlay {
        image: Image<'a>,
        x: i32,
        y: i32,
        opacity: u8,
    },
}

enum Stage<'a> {
    Scale(ScaleStage<'a>),
    ColorMatrix(&'a [i32; 12]),
    Overlay { image: &'a Image<'a>, x: i32, y: i32, opacity: u8 },
}

/// The state of a chain in one band.
pub(crate) struct Chain<'a> {
    source: SourceRows<'a>,
    stages: Vec<Stage<'a>>,
    kernels: &'static Kernels,
}

/// The part of a chain before a stage.
pub(super) struct Upstream<'c, 'a> {
    source: &'c mut SourceRows<'a>,
    stages: &'c mut [Stage<'a>],
    kernels: &'static Kernels,
}

impl<'a> Chain<'a> {
    pub fn new(plan: &'a Plan<'a>, steps: &'a [Step<'a>]) -> Self {
        let stages = steps
            .iter()
            .map(|step| match step {
                Step::Scale(plan, source_width) => Stage::Scale(ScaleStage::new(plan, *source_width)),
                Step::ColorMatrix(matrix) => Stage::ColorMatrix(matrix),
                Step::Overlay { image, x, y, opacity } => Stage::Overlay { image, x: *x, y: *y, opacity: *opacity },
            })
            .collect();
        Self { source: SourceRows::new(plan), stages, kernels: plan.kernels }
    }

    /// Row `y` where it lies already, if nothing has to be done to it.
    pub fn direct(&self, y: usize) -> Option<&'a [u8]> {
        if self.stages.is_empty() { self.source.direct(y) } else { None }
    }

    /// Makes row `y`. Rows asked for in rising order share the work on rows before.
    pub fn produce(&mut self, y: usize, out: &mut [u8]) {
        Upstream { source: &mut self.source, stages: &mut self.stages, kernels: self.kernels }.produce(y, out);
    }
}

impl<'a> Upstream<'_, 'a> {
    pub fn direct(&self, y: usize) -> Option<&'a [u8]> {
        if self.stages.is_empty() { self.source.direct(y) } else { None }
    }

    pub fn produce(&mut self, y: usize, out: &mut [u8]) {
        let kernels = self.kernels;
        let Some((last, before)) = self.stages.split_last_mut() else {
            self.source.produce(y, out);
            return;
        };
        let mut before = Upstream { source: self.source, stages: before, kernels };
        match last {
            Stage::Scale(stage) => stage.produce(kernels, y, &mut before, out),
            Stage::ColorMatrix(matrix) => {
                before.produce(y, out);
                (kernels.color_matrix)(matrix, out);
            }
            Stage::Overlay { image, x, y: top, opacity } => {
                before.produce(y, out);
                overlay_row(kernels, image, (*x, *top), *opacity, y, out);
            }
        }
    }
}

/// Lays the part of `image` that is in row `y` over it.
fn overlay_row(kernels: &Kernels, image: &Image, at: (i32, i32), opacity: u8, y: usize, row: &mut [u8]) {
    let image_row = y as i64 - i64::from(at.1);
    let width = (row.len() / 4) as i64;
    let left = i64::from(at.0);
    let from = left.clamp(0, width);
    let to = (left + i64::from(image.width)).clamp(0, width);
    if !(0..i64::from(image.height)).contains(&image_row) || from >= to || opacity == 0 {
        return;
    }
    let bytes = |column: i64| 4 * column as usize;
    let source = &image.row(0, image_row as usize)[bytes(from - left)..bytes(to - left)];
    (kernels.overlay)(&mut row[bytes(from)..bytes(to)], source, opacity);
}
