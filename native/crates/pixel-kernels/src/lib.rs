#![doc = include_str!("../README.md")]

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod blocks;
pub mod color;
mod dispatch;
mod error;
pub mod image;
mod kernels;
pub mod metrics;
pub mod operations;
mod plain;
mod process;
mod program;
mod sample;
mod scalar;
mod strips;
mod threads;
mod work;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;

pub use color::{ChromaLocation, Color, Matrix, Upsampling};
pub use dispatch::InstructionSet;
pub use error::KernelError;
pub use image::{Format, Image, ImageMut, Plane};
pub use metrics::{PlaneScores, psnr, ssim};
pub use operations::{BlendMode, Operation};
pub use process::{ProcessOptions, process};
pub use program::{
    AxisMap, FrameShape, MixWeights, PictureSize, PixelsWork, Place, PlaneMap, PlanesWork, Program, Step, Work,
};
pub use threads::Threads;
pub use work::{Codes, Cube, Curves, Depth, FixedForm, Taps};
