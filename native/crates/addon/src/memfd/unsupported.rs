use napi::bindgen_prelude::{Uint8Array, Unknown};
use napi_derive::napi;

use crate::failure::{Failure, UNSUPPORTED};

/// Stands where the system has no memory of that kind.
#[napi]
pub struct Memfd {}

#[napi]
impl Memfd {
    /// Always fails.
    #[napi(constructor, catch_unwind)]
    pub fn new(_options: Unknown<'_>) -> napi::Result<Self, &'static str> {
        Err(refusal("a Memfd").into())
    }
}

/// Always fails.
#[napi(catch_unwind)]
pub fn map_fd(_file: Unknown<'_>, _options: Unknown<'_>) -> napi::Result<Uint8Array, &'static str> {
    Err(refusal("mapFd()").into())
}

fn refusal(what: &str) -> Failure {
    Failure::new(UNSUPPORTED, format!("Expected Linux for {what}; send the bytes to the other process instead"))
}
