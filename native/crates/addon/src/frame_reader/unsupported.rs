use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use crate::failure::{Failure, UNSUPPORTED};

/// Stands where the system has no pipes of the kind that is needed, so that callers use Node's streams.
#[napi]
pub struct FrameReader {}

#[napi]
impl FrameReader {
    /// Always fails.
    #[napi(constructor, catch_unwind)]
    pub fn new(_options: Option<Unknown<'_>>) -> napi::Result<Self, &'static str> {
        Err(Failure::new(UNSUPPORTED, "Expected a Unix system for a FrameReader; read the child's stdout instead")
            .into())
    }
}
