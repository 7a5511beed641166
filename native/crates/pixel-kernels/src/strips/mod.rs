//! Frames worked through row by row: a target row asks for the rows it needs, so that a whole intermediate frame
//! exists only where a quarter turn needs one, and the rows in use stay in the processor's cache.

mod chain;
mod component_maker;
mod component_rows;
mod copy;
mod depth;
mod direct;
mod image_rows;
mod kinds;
mod place_stage;
mod planes;
mod recode;
mod resampler;
mod scale_stage;
mod stage;
mod storers;
mod turned;

use crate::error::KernelError;
use crate::image::{Image, ImageMut, split_into_bands};
use crate::kernels::Kernels;
use crate::program::{Body, Pixels, Program};
use crate::threads::Threads;
use chain::Chain;
use depth::Depth;
use turned::{Frame, Origin};

/// A call of `Program::process`, checked; shared by all the threads.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    pub program: &'a Program,
    pub source: Image<'a>,
    pub pictures: &'a [Image<'a>],
    pub kernels: &'static Kernels,
}

/// Bands a thread gets on average: a thread that is held up by other work on its core leaves its rest to the others.
const BANDS_PER_THREAD: usize = 8;
/// Rows below which a band isn't worth its start: a scale makes up to two source rows anew in every band.
const MIN_BAND_ROWS: usize = 32;

fn band_count(height: usize, threads: &Threads) -> usize {
    let wanted = if threads.count() == 1 { 1 } else { threads.count() * BANDS_PER_THREAD };
    wanted.min(height.div_ceil(MIN_BAND_ROWS))
}

/// Fills the target.
pub(crate) fn run(run: Run, target: &mut ImageMut, threads: &Threads) -> Result<(), KernelError> {
    let count = band_count(target.height as usize, threads);
    if let Some(direct) = &run.program.direct {
        threads.for_each(split_into_bands(target, count), |band| direct::run(direct, &run, band));
        return Ok(());
    }
    match &run.program.body {
        Body::Copy => threads.for_each(split_into_bands(target, count), |band| copy::run(&run, band)),
        Body::Planes(work) => {
            threads.for_each(split_into_bands(target, count), |band| planes::run(&run, work, band));
        }
        Body::Pixels(pixels) => {
            let mut origin = Origin::Image;
            for pass in 1..pixels.passes.len() {
                origin = Origin::Frame(make_frame(&run, pixels, pass - 1, &origin, threads)?);
            }
            let pass = pixels.passes.len() - 1;
            threads.for_each(split_into_bands(target, count), |band| {
                storers::write(&run, pixels, &mut Chain::new(&run, pixels, pass, &origin), band);
            });
            if let Origin::Frame(frame) = origin {
                frame.keep(pixels);
            }
        }
    }
    Ok(())
}

/// Works a pass into memory, for the quarter turn that comes after it.
fn make_frame(
    run: &Run,
    pixels: &Pixels,
    index: usize,
    origin: &Origin,
    threads: &Threads,
) -> Result<Frame, KernelError> {
    let pass = &pixels.passes[index];
    let mut frame = Frame::new(pass, pixels)?;
    let rows = pass.height.div_ceil(band_count(pass.height, threads));
    match &mut frame.samples {
        turned::Samples::Eight(samples) => fill(run, pixels, index, origin, samples, (pass.width, rows), threads),
        turned::Samples::Sixteen(samples) => fill(run, pixels, index, origin, samples, (pass.width, rows), threads),
    }
    Ok(frame)
}

fn fill<S: Depth>(
    run: &Run,
    pixels: &Pixels,
    pass: usize,
    origin: &Origin,
    samples: &mut [S],
    (width, rows): (usize, usize),
    threads: &Threads,
) {
    let bands = samples.chunks_mut(4 * width * rows).enumerate().collect();
    threads.for_each(bands, |(band, samples): (usize, &mut [S])| {
        let mut chain = Chain::new(run, pixels, pass, origin);
        for (y, row) in samples.chunks_exact_mut(4 * width).enumerate() {
            chain.produce(band * rows + y, row);
        }
    });
}
