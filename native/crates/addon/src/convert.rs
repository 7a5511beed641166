use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Object, Unknown};
use napi_derive::napi;
use pixel_kernels::{Color, InstructionSet, Operation, ProcessOptions, Threads, Upsampling, process as process_image};

use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::executor;
use crate::failure::Outcome;
use crate::image::{ImageArgument, MAX_SIZE, RawImage, color_of, failure_of};
use crate::loan::{Access, Loan};
use crate::pending::{Pending, rejected};
use crate::tables;
use crate::thread_pools;

pub const UPSAMPLINGS: [(&str, Upsampling); 2] = [("nearest", Upsampling::Nearest), ("bilinear", Upsampling::Bilinear)];
const INSTRUCTION_SETS: [(&str, InstructionSet); 4] = [
    ("scalar", InstructionSet::Scalar),
    ("avx2", InstructionSet::Avx2),
    ("avx512", InstructionSet::Avx512),
    ("neon", InstructionSet::Neon),
];
/// Each costs a pass over the frame's rows; nobody means to chain this many.
const MAX_OPERATIONS: u32 = 64;
const MAX_OVERLAY_DISTANCE: i64 = 1 << 20;

/// One call of `process`, with its memory as addresses.
struct Work {
    source: RawImage,
    source_color: Color,
    operations: Vec<RawOperation>,
    target: RawImage,
    target_color: Color,
    options: ProcessOptions,
    threads: Arc<Threads>,
}

enum RawOperation {
    Scale { width: u32, height: u32 },
    ColorMatrix([i32; 12]),
    Overlay { image: RawImage, x: i32, y: i32, opacity: u8 },
}

/// What the arguments say, and the memory that they name.
struct Request {
    work: Work,
    loan: Loan,
    memory: Vec<Bytes>,
}

/// Converts and edits a frame on threads of the addon's.
#[napi(catch_unwind)]
pub fn process<'env>(env: &'env Env, options: Unknown<'env>) -> napi::Result<Object<'env>> {
    start(env, options).or_else(|failure| rejected(env, failure))
}

/// Converts and edits a frame before it returns.
#[napi(catch_unwind)]
pub fn process_sync(options: Unknown<'_>) -> napi::Result<(), &'static str> {
    let Request { work, loan: _held, memory: _referenced } = request_of(options)?;
    // SAFETY: the memory is referenced and lent until the end of this function.
    Ok(unsafe { work.run() }?)
}

fn start<'env>(env: &'env Env, options: Unknown<'env>) -> Outcome<Object<'env>> {
    let Request { work, loan, memory } = request_of(options)?;
    let (pending, promise) = Pending::<()>::new(env, loan, memory, || {})?;
    executor::run(pending, move || {
        // SAFETY: `pending` keeps the memory, and it is settled only after this returns.
        unsafe { work.run() }
    });
    Ok(promise)
}

impl Work {
    /// # Safety
    /// The memory of all images must be alive, and lent for this call.
    unsafe fn run(&self) -> Outcome<()> {
        // SAFETY: the caller's promise, for the source, the overlays and the target, which share no byte.
        let (source, operations, mut target) = unsafe {
            let operations: Vec<Operation<'_>> = self.operations.iter().map(|operation| operation.read()).collect();
            (self.source.read(), operations, self.target.write())
        };
        process_image(
            &source,
            self.source_color,
            &operations,
            &mut target,
            self.target_color,
            &self.options,
            &self.threads,
        )
        .map_err(|error| failure_of(&error))
    }
}

impl RawOperation {
    /// # Safety
    /// As for [`RawImage::read`].
    unsafe fn read<'a>(&self) -> Operation<'a> {
        match *self {
            Self::Scale { width, height } => Operation::Scale { width, height },
            Self::ColorMatrix(coefficients) => Operation::ColorMatrix(coefficients),
            Self::Overlay { image, x, y, opacity } => {
                // SAFETY: the caller's promise.
                let image = unsafe { image.read() };
                Operation::Overlay { image, x, y, opacity }
            }
        }
    }
}

fn request_of(options: Unknown<'_>) -> Outcome<Request> {
    let options = Argument::new(options, "options");
    let source = ImageArgument::from_argument(&options.field("source")?)?;
    let target = ImageArgument::from_argument(&options.field("target")?)?;
    let mut overlays = Vec::new();
    let operations = options
        .field("operations")?
        .elements(MAX_OPERATIONS)?
        .iter()
        .map(|operation| operation_of(operation, &mut overlays))
        .collect::<Outcome<Vec<_>>>()?;
    let work = Work {
        source: source.raw(),
        source_color: color_of(&options.field("sourceColor")?)?,
        operations,
        target: target.raw(),
        target_color: color_of(&options.field("targetColor")?)?,
        options: ProcessOptions {
            upsampling: options.field("upsampling")?.choice(&UPSAMPLINGS)?,
            instruction_set: instruction_set_of(&options.field("instructionSet")?)?,
        },
        threads: thread_pools::of(thread_count_of(&options.field("threads")?)?)?,
    };
    let reads = std::iter::once(&source.bytes).chain(&overlays).map(|bytes| (bytes, Access::Read));
    let loan = Loan::take(reads.chain([(&target.bytes, Access::Write)]))?;
    let mut memory = overlays;
    memory.extend([source.bytes, target.bytes]);
    Ok(Request { work, loan, memory })
}

fn operation_of(operation: &Argument<'_>, overlays: &mut Vec<Bytes>) -> Outcome<RawOperation> {
    #[derive(Clone, Copy)]
    enum Kind {
        Scale,
        ColorMatrix,
        Overlay,
    }
    let kinds = [("scale", Kind::Scale), ("colorMatrix", Kind::ColorMatrix), ("overlay", Kind::Overlay)];
    match operation.field("type")?.choice(&kinds)? {
        Kind::Scale => Ok(RawOperation::Scale {
            width: operation.field("width")?.integer(1..=MAX_SIZE)? as u32,
            height: operation.field("height")?.integer(1..=MAX_SIZE)? as u32,
        }),
        Kind::ColorMatrix => Ok(RawOperation::ColorMatrix(tables::coefficients(&operation.field("coefficients")?)?)),
        Kind::Overlay => {
            let position = -MAX_OVERLAY_DISTANCE..=MAX_OVERLAY_DISTANCE;
            let image = ImageArgument::from_argument(&operation.field("image")?)?;
            let raw = RawOperation::Overlay {
                image: image.raw(),
                x: operation.field("x")?.integer(position.clone())? as i32,
                y: operation.field("y")?.integer(position)? as i32,
                opacity: operation.field("opacity")?.integer(0..=255)? as u8,
            };
            overlays.push(image.bytes);
            Ok(raw)
        }
    }
}

pub fn instruction_set_of(argument: &Argument<'_>) -> Outcome<InstructionSet> {
    if argument.is_undefined()? { Ok(InstructionSet::best()) } else { argument.choice(&INSTRUCTION_SETS) }
}

/// More threads than processors would only take turns.
pub fn thread_count_of(argument: &Argument<'_>) -> Outcome<usize> {
    let most = executor::limit();
    let asked = if argument.is_undefined()? { most } else { argument.integer(1..=1024)? as usize };
    Ok(asked.min(most))
}
