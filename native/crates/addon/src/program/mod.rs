//! Conversions that are prepared once and carried out on many frames.

mod steps;
mod work;

use std::cell::RefCell;
use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Object, Unknown};
use napi_derive::napi;
use pixel_kernels::{FrameShape, Image, InstructionSet, Program, Threads};

use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::convert::{UPSAMPLINGS, instruction_set_of, thread_count_of};
use crate::executor;
use crate::failure::{Failure, INTERNAL, Outcome};
use crate::image::{FORMATS, ImageArgument, MAX_SIZE, RawImage, color_of, failure_of};
use crate::loan::{Access, Loan};
use crate::pending::{Pending, rejected};
use crate::thread_pools;

/// A conversion with its tables, and the pictures that it reads.
#[napi]
pub struct NativeProgram {
    program: Arc<Program>,
    pictures: RefCell<Vec<Picture>>,
}

/// A picture of JavaScript's: looked at again for every frame, since its memory may be taken away between them.
struct Picture {
    bytes: Bytes,
    width: u32,
    height: u32,
}

/// One frame, with its memory as addresses.
struct Job {
    program: Arc<Program>,
    source: RawImage,
    pictures: Vec<RawImage>,
    target: RawImage,
    instruction_set: InstructionSet,
    threads: Arc<Threads>,
}

struct Request {
    job: Job,
    loan: Loan,
    memory: Vec<Bytes>,
}

/// Checks a conversion and copies its tables.
#[napi(catch_unwind)]
pub fn prepare(options: Unknown<'_>) -> napi::Result<NativeProgram, &'static str> {
    Ok(program_of(&Argument::new(options, "options"))?)
}

#[napi]
impl NativeProgram {
    /// Converts a frame on threads of the addon's.
    #[napi(catch_unwind)]
    pub fn process<'env>(&self, env: &'env Env, options: Unknown<'env>) -> napi::Result<Object<'env>> {
        self.start(env, options).or_else(|failure| rejected(env, failure))
    }

    /// Converts a frame before it returns.
    #[napi(catch_unwind)]
    pub fn process_sync(&self, env: &Env, options: Unknown<'_>) -> napi::Result<(), &'static str> {
        let Request { job, loan: _held, memory: _referenced } = self.request(env, options)?;
        // SAFETY: the memory is referenced and lent until the end of this function.
        Ok(unsafe { job.run() }?)
    }
}

impl NativeProgram {
    fn start<'env>(&self, env: &'env Env, options: Unknown<'env>) -> Outcome<Object<'env>> {
        let Request { job, loan, memory } = self.request(env, options)?;
        let (pending, promise) = Pending::<()>::new(env, loan, memory, || {})?;
        executor::run(pending, move || {
            // SAFETY: `pending` keeps the memory, and it is settled only after this returns.
            unsafe { job.run() }
        });
        Ok(promise)
    }

    fn request(&self, env: &Env, options: Unknown<'_>) -> Outcome<Request> {
        let options = Argument::new(options, "options");
        let source = ImageArgument::from_argument(&options.field("source")?)?;
        let target = ImageArgument::from_argument(&options.field("target")?)?;
        let instruction_set = instruction_set_of(&options.field("instructionSet")?)?;
        let threads = thread_pools::of(thread_count_of(&options.field("threads")?)?)?;
        let pictures = self.pictures(env)?;
        let read = std::iter::once(&source).chain(&pictures).map(|image| (&image.bytes, Access::Read));
        let loan = Loan::take(read.chain([(&target.bytes, Access::Write)]))?;
        let job = Job {
            program: Arc::clone(&self.program),
            source: source.raw(),
            pictures: pictures.iter().map(ImageArgument::raw).collect(),
            target: target.raw(),
            instruction_set,
            threads,
        };
        let memory = pictures.into_iter().chain([source, target]).map(|image| image.bytes).collect();
        Ok(Request { job, loan, memory })
    }

    fn pictures(&self, env: &Env) -> Outcome<Vec<ImageArgument>> {
        let mut pictures = self
            .pictures
            .try_borrow_mut()
            .map_err(|_| Failure::new(INTERNAL, "Expected no call of a program inside another of its calls"))?;
        pictures
            .iter_mut()
            .map(|picture| {
                let bytes = picture.bytes.again(env, "a picture's data")?;
                Ok(ImageArgument::picture(bytes, picture.width, picture.height))
            })
            .collect()
    }
}

impl Job {
    /// # Safety
    /// The memory of all images must be alive, and lent for this call.
    unsafe fn run(&self) -> Outcome<()> {
        // SAFETY: the caller's promise, for the source, the pictures and the target, which share no byte.
        let (source, pictures, mut target) = unsafe {
            let pictures: Vec<Image<'_>> = self.pictures.iter().map(|picture| picture.read()).collect();
            (self.source.read(), pictures, self.target.write())
        };
        self.program
            .process(&source, &pictures, &mut target, self.instruction_set, &self.threads)
            .map_err(|error| failure_of(&error))
    }
}

fn program_of(options: &Argument<'_>) -> Outcome<NativeProgram> {
    let source = shape_of(&options.field("source")?)?;
    let target = shape_of(&options.field("target")?)?;
    let upsampling = options.field("upsampling")?.choice(&UPSAMPLINGS)?;
    let mut pictures = Vec::new();
    let work = work::work_of(&options.field("work")?, &source, &mut pictures)?;
    let program = Program::new(source, target, upsampling, work).map_err(|error| failure_of(&error))?;
    Ok(NativeProgram { program: Arc::new(program), pictures: RefCell::new(pictures) })
}

fn shape_of(argument: &Argument<'_>) -> Outcome<FrameShape> {
    Ok(FrameShape {
        format: argument.field("format")?.choice(&FORMATS)?,
        width: argument.field("width")?.integer(1..=MAX_SIZE)? as u32,
        height: argument.field("height")?.integer(1..=MAX_SIZE)? as u32,
        color: color_of(&argument.field("color")?)?,
    })
}
