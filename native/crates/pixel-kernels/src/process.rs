//! The one entry: source → RGBA → operations → target.

use crate::color::{Color, Upsampling};
use crate::dispatch::InstructionSet;
use crate::error::KernelError;
use crate::image::{Image, ImageMut, split_into_bands, validate_source, validate_target};
use crate::operations::Operation;
use crate::strips::Plan;
use crate::threads::Threads;

/// How to work; the default is bilinear chroma on the fastest instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessOptions {
    /// How 4:2:0 sources get full chroma.
    pub upsampling: Upsampling,
    /// What to compute with; the result doesn't depend on it.
    pub instruction_set: InstructionSet,
}

impl Default for ProcessOptions {
    fn default() -> Self {
        Self { upsampling: Upsampling::Bilinear, instruction_set: InstructionSet::best() }
    }
}

/// Bands a thread gets on average: a thread that is held up by other work on its core leaves its rest to the others.
const BANDS_PER_THREAD: usize = 8;
/// Rows below which a band isn't worth its start: a scale makes up to two source rows anew in every band.
const MIN_BAND_ROWS: usize = 32;

/// Converts `source` to the target's format and colour, with `operations` on 8-bit RGBA between, in their order.
///
/// Without operations RGBA ↔ BGRA and NV12 ↔ I420 of the same colour are moves; 4:2:0 of another colour goes
/// through 8-bit RGBA. Alpha is ignored on the way to Y'CbCr and 255 on the way back. Only the rows of the target's
/// planes are written, every byte of them.
///
/// # Errors
/// [`KernelError`] for a layout that doesn't fit its data, a target of another size than the operations give, an
/// operation out of range or an instruction set that isn't there; nothing has been written then.
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
    let kernels = options
        .instruction_set
        .kernels()
        .ok_or(KernelError::InstructionSet { name: options.instruction_set.name() })?;
    let header = (target.format, target.width, target.height);
    let plan = Plan::new(*source, source_color, operations, header, target_color, options, kernels)?;
    let wanted = if threads.count() == 1 { 1 } else { threads.count() * BANDS_PER_THREAD };
    let bands = wanted.min((target.height as usize).div_ceil(MIN_BAND_ROWS));
    threads.for_each(split_into_bands(target, bands), |band| plan.run(band));
    Ok(())
}
