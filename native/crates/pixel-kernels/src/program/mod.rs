//! A conversion that is checked once and then carried out on any number of frames.

mod compile_pixels;
mod compile_planes;
mod direct;
mod passes;
mod step;
mod work;

pub(crate) use direct::{Direct, Quarters};
pub(crate) use passes::{Loader, Pass, Pixels, StepPlan, Storer};
pub use step::{MixWeights, PictureSize, Place, Step};
pub use work::{AxisMap, PixelsWork, PlaneMap, PlanesWork, Work};

use crate::color::{Color, Upsampling};
use crate::dispatch::InstructionSet;
use crate::error::KernelError;
use crate::image::{Format, Image, ImageMut, validate_size, validate_source, validate_target};
use crate::strips;
use crate::threads::Threads;

/// Format, size and colour of the frames on one side of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameShape {
    /// How the samples are laid out.
    pub format: Format,
    /// Pixels, 1..=65535.
    pub width: u32,
    /// Pixels, 1..=65535.
    pub height: u32,
    /// What the codes mean; of RGB nothing of it counts.
    pub color: Color,
}

/// A checked conversion. Owns its tables; pictures come with every frame.
#[derive(Debug)]
pub struct Program {
    pub(crate) source: FrameShape,
    pub(crate) target: FrameShape,
    pub(crate) upsampling: Upsampling,
    pub(crate) body: Body,
    /// How to do it at once, if that can be.
    pub(crate) direct: Option<Direct>,
    pictures: Vec<PictureSize>,
}

/// What there is to do.
#[derive(Debug)]
pub(crate) enum Body {
    /// Rows of bytes as they are.
    Copy,
    Planes(Box<PlanesWork>),
    Pixels(Box<Pixels>),
}

impl Program {
    /// Checks everything that doesn't depend on a frame's memory.
    ///
    /// # Errors
    /// [`KernelError`] for sizes out of range, tables or steps that don't fit each other or the frames, and forms that
    /// are missing: then no frame could be converted.
    pub fn new(
        source: FrameShape,
        target: FrameShape,
        upsampling: Upsampling,
        work: Work,
    ) -> Result<Self, KernelError> {
        validate_size("source", source.width, source.height)?;
        validate_size("target", target.width, target.height)?;
        let mut pictures = Vec::new();
        let body = match work {
            Work::Planes(work) => {
                compile_planes::check(&source, &target, &work)?;
                Body::Planes(work)
            }
            Work::Pixels(work) => {
                let is_copy =
                    work.steps.is_empty() && source.format == Format::Rgba16F && target.format == Format::Rgba16F;
                let pixels = compile_pixels::compile(&source, &target, upsampling, work, &mut pictures)?;
                if is_copy { Body::Copy } else { Body::Pixels(Box::new(pixels)) }
            }
        };
        let direct = Direct::of(&source, &target, &body);
        Ok(Self { source, target, upsampling, body, direct, pictures })
    }

    /// Sizes of the pictures that [`Self::process`] takes, in order.
    pub fn pictures(&self) -> &[PictureSize] {
        &self.pictures
    }

    /// Converts a frame. Only the rows of the target's planes are written, every byte of them.
    ///
    /// A quarter turn needs a frame of memory for what is turned, which is kept for the next call.
    ///
    /// # Errors
    /// [`KernelError`] for images that aren't of the program's formats and sizes or don't fit their data, and an
    /// instruction set that isn't there: nothing has been written then. [`KernelError::Memory`] where the system has
    /// no memory for a turned frame.
    pub fn process(
        &self,
        source: &Image,
        pictures: &[Image],
        target: &mut ImageMut,
        instruction_set: InstructionSet,
        threads: &Threads,
    ) -> Result<(), KernelError> {
        validate_source("source", source)?;
        validate_target(target)?;
        expect_shape("source", &self.source, (source.format, source.width, source.height))?;
        expect_shape("target", &self.target, (target.format, target.width, target.height))?;
        self.check_pictures(pictures)?;
        let kernels = instruction_set.kernels().ok_or(KernelError::InstructionSet { name: instruction_set.name() })?;
        strips::run(strips::Run { program: self, source: *source, pictures, kernels }, target, threads)
    }

    fn check_pictures(&self, pictures: &[Image]) -> Result<(), KernelError> {
        if pictures.len() != self.pictures.len() {
            return Err(KernelError::Mismatch {
                expected: format!("{} pictures", self.pictures.len()),
                actual: pictures.len().to_string(),
            });
        }
        for (picture, size) in pictures.iter().zip(&self.pictures) {
            validate_source("overlay", picture)?;
            if picture.format != Format::Rgba {
                let message = format!("Expected an RGBA overlay but received {:?}", picture.format);
                return Err(KernelError::Operation { message });
            }
            if (picture.width, picture.height) != (size.width, size.height) {
                return Err(KernelError::Mismatch {
                    expected: format!("a picture of {}x{}", size.width, size.height),
                    actual: format!("{}x{}", picture.width, picture.height),
                });
            }
        }
        Ok(())
    }
}

fn expect_shape(what: &str, shape: &FrameShape, actual: (Format, u32, u32)) -> Result<(), KernelError> {
    let describe = |(format, width, height): (Format, u32, u32)| format!("{format:?} {width}x{height}");
    let expected = (shape.format, shape.width, shape.height);
    if expected == actual {
        return Ok(());
    }
    Err(KernelError::Mismatch { expected: format!("a {what} of {}", describe(expected)), actual: describe(actual) })
}
