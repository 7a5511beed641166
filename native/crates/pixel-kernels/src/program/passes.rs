use super::{MixWeights, Place};
use crate::color::{Forward, Inverse};
use crate::kernels::ColumnWeights;
use crate::operations::{BlendMode, ScalePlan};
use crate::plain::StoreForm;
use crate::work::{Cube, Curves, Depth, FixedForm, Taps};
use std::sync::Mutex;

/// Loader, steps and storer, prepared.
#[derive(Debug)]
pub(crate) struct Pixels {
    pub loader: Loader,
    /// One, and one more for each quarter turn: the pass after it begins with the turned frame.
    pub passes: Vec<Pass>,
    pub storer: Storer,
    /// Memory for turned frames, kept between calls.
    pub kept: Mutex<Kept>,
}

/// At most one of each depth.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub eight: Option<Vec<u8>>,
    pub sixteen: Option<Vec<u16>>,
}

#[derive(Debug)]
pub(crate) struct Loader {
    pub form: Option<FixedForm>,
    /// Whether the form gives half floats instead of pixels of 16 bits.
    pub gives_halfs: bool,
    pub inverse: Inverse,
    pub columns: ColumnWeights,
}

#[derive(Debug)]
pub(crate) struct Storer {
    pub depth: Depth,
    /// Whether the 16 bits of a channel are a half float already.
    pub takes_halfs: bool,
    pub form: Option<StoreForm>,
    pub forward: Forward,
    pub dithered: bool,
}

/// Steps through which rows can be pulled.
#[derive(Debug)]
pub(crate) struct Pass {
    /// The quarter turn that it begins with, of the frame that the pass before has made.
    pub turn: Option<Place>,
    pub steps: Vec<StepPlan>,
    /// What comes out.
    pub width: usize,
    pub height: usize,
    pub depth: Depth,
}

/// A step, prepared, with the size of what it takes where it needs that.
#[derive(Debug)]
pub(crate) enum StepPlan {
    Scale {
        plan: ScalePlan,
        source_width: usize,
    },
    Resample {
        horizontal: Option<Taps>,
        vertical: Option<Taps>,
        depth: Depth,
        source_width: usize,
        width: usize,
    },
    /// Not transposed.
    Place {
        place: Place,
        source: (usize, usize),
        depth: Depth,
    },
    ColorMatrix([i32; 12]),
    Curves {
        curves: Curves,
        width: usize,
    },
    Lut3d(Cube),
    Overlay {
        picture: usize,
        x: i32,
        y: i32,
        opacity: u8,
        mode: BlendMode,
    },
    Mix {
        picture: usize,
        weights: MixWeights,
    },
}
