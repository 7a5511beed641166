//! Kernels written once, in safe code that LLVM makes vectors of, and compiled for every instruction set.
//!
//! An instruction set takes its whole table and puts its own kernels in the place of those that it does better:
//! `PlainKernels { rows8: …, ..plain::AVX2 }`.

mod blend;
mod depth;
mod direct;
mod half;
mod load;
mod lut3d;
mod planes;
mod resample;
mod steps;
mod store;
mod table;

pub(crate) use half::HALF_FRACTION_BITS;
pub(crate) use store::{Cover, Halves, StoreForm, StoreRows};
#[cfg(target_arch = "x86_64")]
pub(crate) use table::{AVX2, AVX512};
pub(crate) use table::{PORTABLE, PlainKernels};
