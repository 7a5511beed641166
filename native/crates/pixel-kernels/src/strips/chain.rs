//! A pass in one band: rows pulled through its stages.

use super::Run;
use super::depth::Depth;
use super::image_rows::ImageRows;
use super::resampler::Supply;
use super::stage::Stage;
use super::turned::{Origin, Samples, TurnedRows};
use crate::kernels::Kernels;
use crate::program::Pixels;

/// Where a pass begins.
pub(super) enum Source<'a> {
    Image(Box<ImageRows<'a>>),
    Turned8(TurnedRows<'a, u8>),
    Turned16(TurnedRows<'a, u16>),
}

/// The state of a pass in one band.
pub(super) struct Chain<'a> {
    source: Source<'a>,
    stages: Vec<Stage<'a>>,
    kernels: &'static Kernels,
}

/// The part of a chain before a stage.
pub(super) struct Upstream<'c, 'a> {
    source: &'c mut Source<'a>,
    stages: &'c mut [Stage<'a>],
    pub kernels: &'static Kernels,
}

impl<'a> Chain<'a> {
    pub fn new(run: &Run<'a>, pixels: &'a Pixels, pass: usize, origin: &'a Origin) -> Self {
        let pass = &pixels.passes[pass];
        let source = match (origin, &pass.turn) {
            (Origin::Frame(frame), Some(place)) => match &frame.samples {
                Samples::Eight(samples) => Source::Turned8(TurnedRows::new(samples, frame.size, place)),
                Samples::Sixteen(samples) => Source::Turned16(TurnedRows::new(samples, frame.size, place)),
            },
            _ => Source::Image(Box::new(ImageRows::new(run, pixels))),
        };
        let stages = pass.steps.iter().map(|step| Stage::new(step, run)).collect();
        Self { source, stages, kernels: run.kernels }
    }

    /// Row `y` where it lies already, if nothing has to be done to it.
    pub fn direct(&self, y: usize) -> Option<&'a [u8]> {
        direct(&self.source, &self.stages, y)
    }

    /// Row `y` of 8-bit pixels: where it lies, or made in `buffer`.
    pub fn row<'b>(&mut self, y: usize, buffer: &'b mut [u8]) -> &'b [u8]
    where
        'a: 'b,
    {
        match self.direct(y) {
            Some(row) => row,
            None => {
                self.produce(y, buffer);
                buffer
            }
        }
    }

    /// Makes row `y`. Rows asked for in rising order share the work on rows before.
    pub fn produce<S: Depth>(&mut self, y: usize, out: &mut [S]) {
        Upstream { source: &mut self.source, stages: &mut self.stages, kernels: self.kernels }.produce(y, out);
    }
}

fn direct<'a>(source: &Source<'a>, stages: &[Stage], y: usize) -> Option<&'a [u8]> {
    match source {
        Source::Image(rows) if stages.is_empty() => rows.direct(y),
        _ => None,
    }
}

impl<'a> Upstream<'_, 'a> {
    pub fn direct(&self, y: usize) -> Option<&'a [u8]> {
        direct(self.source, self.stages, y)
    }

    pub fn produce<S: Depth>(&mut self, y: usize, out: &mut [S]) {
        let kernels = self.kernels;
        match self.stages.split_last_mut() {
            None => S::begin(self.source, y, out),
            Some((last, stages)) => last.produce(&mut Upstream { source: self.source, stages, kernels }, y, out),
        }
    }
}

impl<'a> Supply<'a, u8, 1> for Upstream<'_, 'a> {
    fn direct(&self, y: usize) -> Option<[&'a [u8]; 1]> {
        self.direct(y).map(|row| [row])
    }

    fn fill(&mut self, y: usize, [out]: [&mut [u8]; 1]) {
        self.produce(y, out);
    }
}

impl<'a> Supply<'a, u16, 1> for Upstream<'_, 'a> {
    fn direct(&self, _: usize) -> Option<[&'a [u16]; 1]> {
        None
    }

    fn fill(&mut self, y: usize, [out]: [&mut [u16]; 1]) {
        self.produce(y, out);
    }
}
