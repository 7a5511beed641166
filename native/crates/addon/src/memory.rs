mod external;
mod living;
mod pages;

use napi::bindgen_prelude::{Uint8Array, Unknown};
use napi::{Env, JsValue, sys};
use napi_derive::napi;

use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::failure::{Failure, OUT_OF_MEMORY, Outcome};
#[cfg(target_os = "linux")]
pub use external::{array_over, array_over_part};
#[cfg(target_os = "linux")]
pub use living::{Key, forget};
pub use living::{Mapped, hold};
pub use pages::Pages;
use pages::Wishes;

/// The longest array that V8 makes.
pub const MAX_BYTES: i64 = 1 << 33;

/// Page-aligned memory of zeros, outside JavaScript's heap and freed when its ArrayBuffer is collected.
#[napi(catch_unwind)]
pub fn allocate<'env>(
    env: &'env Env,
    byte_length: Unknown<'env>,
    options: Option<Unknown<'env>>,
) -> napi::Result<Uint8Array, &'static str> {
    Ok(allocate_array(env, byte_length, options)?)
}

fn allocate_array(env: &Env, byte_length: Unknown<'_>, options: Option<Unknown<'_>>) -> Outcome<Uint8Array> {
    let length = Argument::new(byte_length, "byteLength").integer(1..=MAX_BYTES)? as usize;
    let wishes = wishes_of(options)?;
    let pages = Pages::map(length, wishes).map_err(|error| {
        Failure::new(OUT_OF_MEMORY, format!("Expected {length} bytes of memory but the system refused: {error}"))
    })?;
    external::array_over(env, Mapped::new(pages))
}

fn wishes_of(options: Option<Unknown<'_>>) -> Outcome<Wishes> {
    let Some(options) = options.map(|value| Argument::new(value, "options")) else { return Ok(Wishes::default()) };
    if options.is_undefined()? {
        return Ok(Wishes::default());
    }
    let flag = |name: &str| options.field(name)?.flag_or(false);
    Ok(Wishes { huge_pages: flag("hugePages")?, prefault: flag("prefault")? })
}

/// Gives memory that has one array only back now; its buffer is detached.
#[napi(catch_unwind)]
pub fn free<'env>(env: &'env Env, memory: Unknown<'env>) -> napi::Result<(), &'static str> {
    Ok(free_array(env, memory)?)
}

fn free_array(env: &Env, memory: Unknown<'_>) -> Outcome<()> {
    let bytes = Bytes::from_argument(&Argument::new(memory, "memory"))?;
    let start = bytes.start() as usize;
    let Some(key) = living::alone_at(start..start + bytes.len()) else {
        return Err(Failure::argument(
            "all of the memory of an allocate() or mapFd() for memory",
            format!("{} bytes that are none, or were freed (free what they returned, once)", bytes.len()),
        ));
    };
    detach(env, memory)?;
    if let Some(pages) = living::forget(key) {
        external::unmap_aside(pages);
    }
    Ok(())
}

pub fn detach(env: &Env, array: Unknown<'_>) -> Outcome<()> {
    let buffer = crate::bytes::buffer_of(&array)?.value().value;
    // SAFETY: the ArrayBuffer of a typed array of this environment.
    match unsafe { sys::napi_detach_arraybuffer(env.raw(), buffer) } {
        sys::Status::napi_ok => Ok(()),
        status => Err(napi::Error::new(napi::Status::from(status), "the ArrayBuffer can't be detached").into()),
    }
}

/// Where an array's first byte lies; 0 for an array of no bytes.
#[napi(catch_unwind)]
pub fn address_of(array: Unknown<'_>) -> napi::Result<f64, &'static str> {
    let bytes = Bytes::from_argument(&Argument::new(array, "array"))?;
    // Addresses of programs have at most 57 bits on the processors there are, and 47 unless they are asked for.
    Ok(if bytes.len() == 0 { 0.0 } else { bytes.start() as usize as f64 })
}
