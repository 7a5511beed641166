use napi::Env;
use napi::bindgen_prelude::{Object, Unknown};
use napi_derive::napi;
use pixel_kernels::{Image, KernelError, PlaneScores};

use crate::executor;
use crate::failure::Outcome;
use crate::image::{ImageArgument, failure_of};
use crate::loan::{Access, Loan};
use crate::pending::{Pending, rejected};

/// How alike two images are.
#[napi(object)]
pub struct NativeScores {
    /// Y, Cb, Cr, or R, G, B, A, whatever the order in the format.
    pub planes: Vec<f64>,
    /// Over all samples.
    pub mean: f64,
}

type Metric = fn(&Image<'_>, &Image<'_>) -> Result<PlaneScores, KernelError>;

/// Peak signal-to-noise ratio in dB, infinite for equal images.
#[napi(catch_unwind)]
pub fn psnr<'env>(env: &'env Env, a: Unknown<'env>, b: Unknown<'env>) -> napi::Result<Object<'env>> {
    start(env, a, b, pixel_kernels::psnr).or_else(|failure| rejected(env, failure))
}

/// Structural similarity, 1 for equal images.
#[napi(catch_unwind)]
pub fn ssim<'env>(env: &'env Env, a: Unknown<'env>, b: Unknown<'env>) -> napi::Result<Object<'env>> {
    start(env, a, b, pixel_kernels::ssim).or_else(|failure| rejected(env, failure))
}

fn start<'env>(env: &'env Env, a: Unknown<'env>, b: Unknown<'env>, metric: Metric) -> Outcome<Object<'env>> {
    let a = ImageArgument::from_value(a, "a")?;
    let b = ImageArgument::from_value(b, "b")?;
    let (raw_a, raw_b) = (a.raw(), b.raw());
    let loan = Loan::take([(&a.bytes, Access::Read), (&b.bytes, Access::Read)])?;
    let (pending, promise) = Pending::<NativeScores>::new(env, loan, vec![a.bytes, b.bytes], || {})?;
    executor::run(pending, move || {
        // SAFETY: `pending` keeps the memory lent for reading, and it is settled only after this returns.
        let (a, b) = unsafe { (raw_a.read(), raw_b.read()) };
        let scores = metric(&a, &b).map_err(|error| failure_of(&error))?;
        Ok(NativeScores { planes: scores.planes, mean: scores.mean })
    });
    Ok(promise)
}
