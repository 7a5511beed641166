use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use crate::failure::{Failure, UNSUPPORTED};

/// Stands where the system has no pipes of the kind that is needed, so that callers use Node's streams.
#[napi]
pub struct FramePipe {}

#[napi]
impl FramePipe {
    /// Always fails.
    #[napi(constructor, catch_unwind)]
    pub fn new(_options: Option<Unknown<'_>>) -> napi::Result<Self, &'static str> {
        Err(Failure::new(UNSUPPORTED, "Expected a Unix system for a FramePipe; write to the child's stdin instead")
            .into())
    }
}
