//! The steps of a pass: each makes a row of RGBA from the rows of the one before.

use super::Run;
use super::chain::Upstream;
use super::depth::Depth;
use super::kinds::{Pixels8, Pixels16};
use super::place_stage::PlaceStage;
use super::resampler::{Across, Down, Resampler};
use super::scale_stage::ScaleStage;
use crate::image::Image;
use crate::kernels::Kernels;
use crate::operations::BlendMode;
use crate::program::{MixWeights, StepPlan};
use crate::work::{Cube, Curves, Depth as Bits, Taps};

/// The state of a step in one band.
pub(super) enum Stage<'a> {
    Scale(ScaleStage<'a>),
    Resample8(Resampler<'a, Pixels8, 1>),
    Resample16(Resampler<'a, Pixels16, 1>),
    Place8(PlaceStage<'a, u8>),
    Place16(PlaceStage<'a, u16>),
    ColorMatrix(&'a [i32; 12]),
    Curves { curves: &'a Curves, input8: Vec<u8>, input16: Vec<u16> },
    Lut3d(&'a Cube),
    Overlay { image: Image<'a>, at: (i32, i32), opacity: u8, mode: BlendMode },
    Mix { image: Image<'a>, weights: &'a MixWeights },
}

impl<'a> Stage<'a> {
    pub fn new(step: &'a StepPlan, run: &Run<'a>) -> Self {
        match step {
            StepPlan::Scale { plan, source_width } => Self::Scale(ScaleStage::new(plan, *source_width)),
            StepPlan::Resample { horizontal, vertical, depth, source_width, width } => {
                let (across, down) = axes(horizontal.as_ref(), vertical.as_ref());
                let (from, to) = (4 * source_width, 4 * width);
                match depth {
                    Bits::Eight => Self::Resample8(Resampler::new(across, down, from, to)),
                    Bits::Sixteen => Self::Resample16(Resampler::new(across, down, from, to)),
                }
            }
            StepPlan::Place { place, source, depth: Bits::Eight } => Self::Place8(PlaceStage::new(place, *source)),
            StepPlan::Place { place, source, depth: Bits::Sixteen } => Self::Place16(PlaceStage::new(place, *source)),
            StepPlan::ColorMatrix(matrix) => Self::ColorMatrix(matrix),
            StepPlan::Curves { curves, width } => {
                let length = |depth: Bits| if curves.from() == depth { 4 * width } else { 0 };
                let (eight, sixteen) = (length(Bits::Eight), length(Bits::Sixteen));
                Self::Curves { curves, input8: vec![0; eight], input16: vec![0; sixteen] }
            }
            StepPlan::Lut3d(cube) => Self::Lut3d(cube),
            StepPlan::Overlay { picture, x, y, opacity, mode } => {
                Self::Overlay { image: run.pictures[*picture], at: (*x, *y), opacity: *opacity, mode: *mode }
            }
            StepPlan::Mix { picture, weights } => Self::Mix { image: run.pictures[*picture], weights },
        }
    }

    pub fn produce<S: Depth>(&mut self, before: &mut Upstream<'_, 'a>, y: usize, out: &mut [S]) {
        let kernels = before.kernels;
        match self {
            Stage::Curves { curves, input8, input16 } => match curves.from() {
                Bits::Eight => through_curves(curves, y, before, input8, out),
                Bits::Sixteen => through_curves(curves, y, before, input16, out),
            },
            Stage::ColorMatrix(matrix) => {
                before.produce(y, out);
                S::color_matrix(kernels, matrix, out);
            }
            Stage::Lut3d(cube) => {
                before.produce(y, out);
                S::lut3d(&kernels.plain, cube, out);
            }
            Stage::Overlay { image, at, opacity, mode } => {
                before.produce(y, out);
                overlay_row(kernels, image, *at, (*opacity, *mode), y, out);
            }
            Stage::Mix { image, weights } => {
                before.produce(y, out);
                S::mix(&kernels.plain, weights, y, image.row(0, y), out);
            }
            stage => S::move_pixels(stage, before, y, out),
        }
    }
}

fn axes<'a>(horizontal: Option<&'a Taps>, vertical: Option<&'a Taps>) -> (Across<'a>, Down<'a>) {
    (horizontal.map_or(Across::Copied(0), Across::Taps), vertical.map_or(Down::Copied(0), Down::Taps))
}

/// Lays the part of `image` that is in row `y` over it.
fn overlay_row<S: Depth>(
    kernels: &Kernels,
    image: &Image,
    at: (i32, i32),
    how: (u8, BlendMode),
    y: usize,
    row: &mut [S],
) {
    let image_row = y as i64 - i64::from(at.1);
    let width = (row.len() / 4) as i64;
    let left = i64::from(at.0);
    let from = left.clamp(0, width);
    let to = (left + i64::from(image.width)).clamp(0, width);
    if !(0..i64::from(image.height)).contains(&image_row) || from >= to || how.0 == 0 {
        return;
    }
    let samples = |column: i64| 4 * column as usize;
    let source = &image.row(0, image_row as usize)[samples(from - left)..samples(to - left)];
    S::overlay(kernels, how, source, &mut row[samples(from)..samples(to)]);
}

/// Pulls a row of `F` and looks every channel up; alpha goes along.
fn through_curves<F: Depth, S: Depth>(
    curves: &Curves,
    y: usize,
    before: &mut Upstream,
    input: &mut [F],
    out: &mut [S],
) {
    before.produce(y, input);
    let [red, green, blue] = curves.tables().each_ref().map(|table| &table[..=F::MAX as usize]);
    for (out, &[r, g, b, a]) in out.as_chunks_mut::<4>().0.iter_mut().zip(input.as_chunks::<4>().0) {
        let look = |table: &[u16], value: F| S::of(u32::from(table[value.wide() as usize]));
        let alpha = if F::MAX == S::MAX {
            a.wide()
        } else if F::MAX == 255 {
            a.wide() * 257
        } else {
            (a.wide() + 128) / 257
        };
        *out = [look(red, r), look(green, g), look(blue, b), S::of(alpha)];
    }
}
