mod living;
mod pages;

use std::ffi::c_void;
use std::ptr;

use napi::bindgen_prelude::{FromNapiValue, Uint8Array, Unknown};
use napi::{Env, sys};
use napi_derive::napi;

use crate::argument::Argument;
use crate::failure::{EXTERNAL_BUFFERS_REFUSED, Failure, OUT_OF_MEMORY, Outcome};
pub use living::hold;
pub use pages::Pages;
use pages::Wishes;

/// The longest array that V8 makes.
const MAX_BYTES: i64 = 1 << 33;

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
    array_over(env, pages)
}

fn wishes_of(options: Option<Unknown<'_>>) -> Outcome<Wishes> {
    let Some(options) = options.map(|value| Argument::new(value, "options")) else { return Ok(Wishes::default()) };
    if options.is_undefined()? {
        return Ok(Wishes::default());
    }
    let flag = |name: &str| {
        let argument = options.field(name)?;
        if argument.is_undefined()? { Ok(false) } else { argument.flag() }
    };
    Ok(Wishes { huge_pages: flag("hugePages")?, prefault: flag("prefault")? })
}

/// V8 counts the bytes of an external ArrayBuffer as external memory by itself: reporting them too would count them
/// twice, and collect twice as eagerly.
fn array_over(env: &Env, pages: Pages) -> Outcome<Uint8Array> {
    let (start, length) = (pages.start(), pages.len());
    let key = living::enter(pages);
    let (mut buffer, mut array) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the memory stays mapped until `release`, which Node calls once, when the buffer is gone.
    let status = unsafe {
        sys::napi_create_external_arraybuffer(
            env.raw(),
            start.cast(),
            length,
            Some(release),
            key as *mut c_void,
            &mut buffer,
        )
    };
    if status != sys::Status::napi_ok {
        drop(living::leave(key));
        if status == sys::Status::napi_no_external_buffers_allowed {
            return Err(Failure::new(
                EXTERNAL_BUFFERS_REFUSED,
                "Expected an engine that takes memory from outside but this one refuses it (Electron does); \
                 allocate with new Uint8Array(byteLength) instead",
            ));
        }
        return Err(napi::Error::new(napi::Status::from(status), "no ArrayBuffer could be made").into());
    }
    // SAFETY: the buffer was just made and has `length` bytes; the array is a value of this environment.
    unsafe {
        let kind = sys::TypedarrayType::uint8_array;
        let status = sys::napi_create_typedarray(env.raw(), kind, length, buffer, 0, &mut array);
        if status != sys::Status::napi_ok {
            return Err(napi::Error::new(napi::Status::from(status), "no Uint8Array could be made").into());
        }
        Ok(Uint8Array::from_napi_value(env.raw(), array)?)
    }
}

unsafe extern "C" fn release(_env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    // On the event loop: giving a frame's memory back takes the system a millisecond or two, and a pool that is closed
    // gives back all of its frames at once.
    let pages = living::leave(hint as usize);
    crate::executor::run_aside(move || drop(pages));
}
