//! Pixels of 8 and of 16 bits.

use super::chain::{Source, Upstream};
use super::stage::Stage;
use crate::kernels::Kernels;
use crate::operations::BlendMode;
use crate::plain::PlainKernels;
use crate::program::MixWeights;
use crate::sample::Sample;
use crate::work::Cube;

const OTHER_DEPTH: &str = "checked: every step is of the depth that it is given";

/// What stages do at a depth.
pub(super) trait Depth: Sample {
    fn begin(source: &mut Source<'_>, y: usize, out: &mut [Self]);
    /// Stages that give other pixels than they take.
    fn move_pixels<'a>(stage: &mut Stage<'a>, before: &mut Upstream<'_, 'a>, y: usize, out: &mut [Self]);
    fn color_matrix(kernels: &Kernels, matrix: &[i32; 12], row: &mut [Self]);
    fn lut3d(kernels: &PlainKernels, cube: &Cube, row: &mut [Self]);
    fn overlay(kernels: &Kernels, how: (u8, BlendMode), picture: &[u8], row: &mut [Self]);
    fn mix(kernels: &PlainKernels, weights: &MixWeights, y: usize, picture: &[u8], row: &mut [Self]);
}

impl Depth for u8 {
    fn begin(source: &mut Source<'_>, y: usize, out: &mut [u8]) {
        match source {
            Source::Image(rows) => rows.produce8(y, out),
            Source::Turned8(rows) => rows.produce(y, out),
            Source::Turned16(_) => unreachable!("{OTHER_DEPTH}"),
        }
    }

    fn move_pixels<'a>(stage: &mut Stage<'a>, before: &mut Upstream<'_, 'a>, y: usize, out: &mut [u8]) {
        let kernels = before.kernels;
        match stage {
            Stage::Scale(stage) => stage.produce(kernels, y, before, out),
            Stage::Resample8(stage) => stage.produce(&kernels.plain, y, before, [out]),
            Stage::Place8(stage) => stage.produce(y, out, |y, row| before.produce(y, row)),
            _ => unreachable!("{OTHER_DEPTH}"),
        }
    }

    fn color_matrix(kernels: &Kernels, matrix: &[i32; 12], row: &mut [u8]) {
        (kernels.color_matrix)(matrix, row);
    }

    fn lut3d(kernels: &PlainKernels, cube: &Cube, row: &mut [u8]) {
        (kernels.lut3d8)(cube, row);
    }

    fn overlay(kernels: &Kernels, (opacity, mode): (u8, BlendMode), picture: &[u8], row: &mut [u8]) {
        match mode {
            BlendMode::Normal => (kernels.overlay)(row, picture, opacity),
            mode => (kernels.plain.blend8)(mode, picture, opacity, row),
        }
    }

    fn mix(kernels: &PlainKernels, weights: &MixWeights, y: usize, picture: &[u8], row: &mut [u8]) {
        match weights {
            MixWeights::Rows(weights) => (kernels.mix_row8)(weights[y], picture, row),
            MixWeights::Columns(weights) => (kernels.mix_columns8)(weights, picture, row),
        }
    }
}

impl Depth for u16 {
    fn begin(source: &mut Source<'_>, y: usize, out: &mut [u16]) {
        match source {
            Source::Image(rows) => rows.produce16(y, out),
            Source::Turned16(rows) => rows.produce(y, out),
            Source::Turned8(_) => unreachable!("{OTHER_DEPTH}"),
        }
    }

    fn move_pixels<'a>(stage: &mut Stage<'a>, before: &mut Upstream<'_, 'a>, y: usize, out: &mut [u16]) {
        let kernels = before.kernels;
        match stage {
            Stage::Resample16(stage) => stage.produce(&kernels.plain, y, before, [out]),
            Stage::Place16(stage) => stage.produce(y, out, |y, row| before.produce(y, row)),
            _ => unreachable!("{OTHER_DEPTH}"),
        }
    }

    fn color_matrix(kernels: &Kernels, matrix: &[i32; 12], row: &mut [u16]) {
        (kernels.plain.color_matrix16)(matrix, row);
    }

    fn lut3d(kernels: &PlainKernels, cube: &Cube, row: &mut [u16]) {
        (kernels.lut3d16)(cube, row);
    }

    fn overlay(kernels: &Kernels, (opacity, mode): (u8, BlendMode), picture: &[u8], row: &mut [u16]) {
        (kernels.plain.blend16)(mode, picture, opacity, row);
    }

    fn mix(kernels: &PlainKernels, weights: &MixWeights, y: usize, picture: &[u8], row: &mut [u16]) {
        match weights {
            MixWeights::Rows(weights) => (kernels.mix_row16)(weights[y], picture, row),
            MixWeights::Columns(weights) => (kernels.mix_columns16)(weights, picture, row),
        }
    }
}
