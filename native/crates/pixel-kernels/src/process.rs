//! The one call for what 8-bit frames need: source → RGBA → operations → target.

use crate::color::{Color, Upsampling};
use crate::dispatch::InstructionSet;
use crate::error::KernelError;
use crate::image::{Image, ImageMut, validate_source, validate_target};
use crate::operations::{BlendMode, Operation};
use crate::program::{AxisMap, FrameShape, PictureSize, PixelsWork, PlaneMap, PlanesWork, Program, Step, Work};
use crate::threads::Threads;
use crate::work::Depth;

/// How to work; the default is bilinear chroma on the fastest instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessOptions {
    /// How sources with fewer chroma samples than pixels get full chroma.
    pub upsampling: Upsampling,
    /// What to compute with; the result doesn't depend on it.
    pub instruction_set: InstructionSet,
}

impl Default for ProcessOptions {
    fn default() -> Self {
        Self { upsampling: Upsampling::Bilinear, instruction_set: InstructionSet::best() }
    }
}

/// Converts 8-bit `source` to the target's 8-bit format and colour, with `operations` on 8-bit RGBA between, in their
/// order. For other depths, other steps, or the same conversion of many frames, make a [`Program`].
///
/// Without operations, formats of the same model, colour and chroma size are moves; everything else goes through 8-bit
/// RGBA. Alpha is ignored on the way to Y'CbCr and 255 on the way back. Only the rows of the target's planes are
/// written, every byte of them.
///
/// # Errors
/// [`KernelError`] for a layout that doesn't fit its data, a format of another depth, a target of another size than
/// the operations give, an operation out of range or an instruction set that isn't there; nothing has been written
/// then.
pub fn process(
    source: &Image,
    source_color: Color,
    operations: &[Operation],
    target: &mut ImageMut,
    target_color: Color,
    options: &ProcessOptions,
    threads: &Threads,
) -> Result<(), KernelError> {
    validate_source("source", source)?;
    validate_target(target)?;
    let from = FrameShape { format: source.format, width: source.width, height: source.height, color: source_color };
    let to = FrameShape { format: target.format, width: target.width, height: target.height, color: target_color };
    for format in [from.format, to.format] {
        if format.bits() != 8 {
            return Err(KernelError::Operation {
                message: format!("Expected a format of 8 bits but received {format:?}"),
            });
        }
    }
    let mut pictures = Vec::new();
    let mut steps = Vec::new();
    for operation in operations {
        operation.validate()?;
        steps.push(step_of(operation));
        if let Operation::Overlay { image, .. } = operation {
            pictures.push(*image);
        }
    }
    let work = if steps.is_empty() && is_move(&from, &to) { moves() } else { pixels(steps) };
    let program = Program::new(from, to, options.upsampling, work)?;
    program.process(source, &pictures, target, options.instruction_set, threads)
}

fn step_of(operation: &Operation) -> Step {
    match *operation {
        Operation::Scale { width, height } => Step::Scale { width, height },
        Operation::ColorMatrix(matrix) => Step::ColorMatrix(matrix),
        Operation::Overlay { image, x, y, opacity } => {
            let picture = PictureSize { width: image.width, height: image.height };
            Step::Overlay { picture, x, y, opacity, mode: BlendMode::Normal }
        }
    }
}

/// Whether samples only change place.
fn is_move(from: &FrameShape, to: &FrameShape) -> bool {
    from.format.is_ycbcr()
        && to.format.is_ycbcr()
        && from.color == to.color
        && from.format.chroma_steps() == to.format.chroma_steps()
        && (from.width, from.height) == (to.width, to.height)
}

fn moves() -> Work {
    let map =
        || PlaneMap { horizontal: AxisMap::Copied { start: 0 }, vertical: AxisMap::Copied { start: 0 }, codes: None };
    Work::Planes(Box::new(PlanesWork { components: [map(), map(), map()], dithered: false }))
}

fn pixels(steps: Vec<Step>) -> Work {
    let depth = Depth::Eight;
    Work::Pixels(PixelsWork {
        load_depth: depth,
        load: None,
        loads_halfs: false,
        steps,
        store_depth: depth,
        store: None,
        dithered: false,
    })
}
