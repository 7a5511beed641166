use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use napi::bindgen_prelude::{FromNapiValue, Uint8Array};
use napi::{Env, sys};

use super::living::{self, Key, Mapped, Share};
use crate::failure::{EXTERNAL_BUFFERS_REFUSED, Failure, Outcome};

/// An array over pages that nothing else refers to.
///
/// V8 counts the bytes of an external ArrayBuffer as external memory by itself: reporting them too would count them
/// twice, and collect twice as eagerly.
pub fn array_over(env: &Env, pages: Arc<Mapped>) -> Outcome<Uint8Array> {
    let (start, length) = (pages.start(), pages.len());
    // SAFETY: all of the pages, which the key keeps.
    unsafe { array_at(env, start, length, living::enter_alone(pages)) }
}

/// An array over `length` bytes of pages that have others too; `gone` is told when it is no more.
#[cfg(target_os = "linux")]
pub fn array_over_part(
    env: &Env,
    pages: &Arc<Mapped>,
    offset: usize,
    length: usize,
    gone: living::Gone,
) -> Outcome<(Key, Uint8Array)> {
    debug_assert!(offset + length <= pages.len());
    let key = living::enter(Arc::clone(pages), Some(gone));
    // SAFETY: the part lies in the pages, which the key keeps.
    let array = unsafe { array_at(env, pages.start().add(offset), length, key)? };
    Ok((key, array))
}

/// # Safety
/// The memory must be part of the pages that the key keeps.
unsafe fn array_at(env: &Env, start: *mut u8, length: usize, key: Key) -> Outcome<Uint8Array> {
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
        drop(living::forget(key));
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

unsafe extern "C" fn release(env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    let key = hint as Key;
    match living::leave(key) {
        Some(Share { pages, gone: Some(gone) }) if !is_ending(env) => crate::executor::run_aside(move || {
            gone(key);
            drop(pages);
        }),
        Some(share) => unmap_aside(share.pages),
        None => {}
    }
}

/// Whether a buffer goes because everything of its environment does, and not because JavaScript let go of it.
fn is_ending(env: sys::napi_env) -> bool {
    let (mut value, mut same) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the environment of a finalizer, on its thread. Neither call runs JavaScript, but the second is refused where
    // none may be run any more.
    unsafe {
        sys::napi_get_boolean(env, true, &mut value);
        sys::napi_coerce_to_bool(env, value, &mut same) != sys::Status::napi_ok
    }
}

/// Bytes that wait to be unmapped.
static LEAVING: AtomicUsize = AtomicUsize::new(0);
/// More than this don't wait: who gives frames back and takes others in one go would hold both.
const MOST_LEAVING_BYTES: usize = 64 << 20;

/// Giving a frame's memory back takes the system a millisecond or two, and a pool that is closed gives back all of its
/// frames at once: not on the event loop.
pub fn unmap_aside(pages: Arc<Mapped>) {
    let length = pages.len();
    if LEAVING.fetch_add(length, Ordering::Relaxed) > MOST_LEAVING_BYTES {
        drop(pages);
        LEAVING.fetch_sub(length, Ordering::Relaxed);
        return;
    }
    crate::executor::run_aside(move || {
        drop(pages);
        LEAVING.fetch_sub(length, Ordering::Relaxed);
    });
}
