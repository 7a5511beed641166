//! What a conversion comes down to: tables and integers that the caller has made, checked once.

mod codes;
mod cube;
mod curves;
mod dither;
mod fixed_form;
mod patterns;
mod taps;

pub use codes::Codes;
pub(crate) use codes::Mapping;
pub use cube::Cube;
pub use curves::{Curves, Depth};
pub(crate) use dither::bayer_row;
pub use fixed_form::FixedForm;
pub(crate) use patterns::Pattern;
pub use taps::Taps;
