use std::ops::Range;
use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Uint8Array, Unknown};
use napi_derive::napi;
use rustix::io::Errno;

use super::file::{File, Refusal};
use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::failure::{BUFFER_BUSY, Failure, OUT_OF_MEMORY, Outcome, UNSUPPORTED};
use crate::loan;
use crate::memory;

/// Half of the addresses that a program has.
const MOST_FILE_BYTES: i64 = 1 << 46;
/// What Linux takes, without its prefix.
const LONGEST_NAME: usize = 249;

/// Memory that other processes can map.
#[napi]
pub struct Memfd {
    file: Arc<File>,
}

#[napi]
impl Memfd {
    /// Makes the file; it takes memory where it is touched.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Unknown<'_>) -> napi::Result<Self, &'static str> {
        Ok(Self::create(&Argument::new(options, "options"))?)
    }

    fn create(options: &Argument<'_>) -> Outcome<Self> {
        let length = options.field("byteLength")?.integer(1..=MOST_FILE_BYTES)? as usize;
        let name = options.field("name")?;
        let name = if name.is_undefined()? { "framerail".to_owned() } else { name.text(LONGEST_NAME)? };
        napi::bindgen_prelude::retain_current_module_for_unload_safety();
        let file = File::create(&name, length.next_multiple_of(page())).map_err(|errno| match errno {
            Errno::NOSYS | Errno::PERM => {
                Failure::new(UNSUPPORTED, format!("Expected a system that makes a memfd but it refused: {errno}"))
            }
            errno => system_failure("memfd_create", errno),
        })?;
        Ok(Self { file })
    }

    /// Number of the descriptor, -1 once it is closed.
    #[napi(getter, catch_unwind)]
    pub fn fd(&self) -> i32 {
        self.file.number().unwrap_or(-1)
    }

    /// Bytes of the file.
    #[napi(getter, catch_unwind)]
    pub fn byte_length(&self) -> f64 {
        self.file.mapped().len() as f64
    }

    /// What offsets are multiples of.
    #[napi(getter, catch_unwind)]
    pub fn page_bytes(&self) -> f64 {
        page() as f64
    }

    /// An array over a range of the file.
    #[napi(catch_unwind)]
    pub fn map<'env>(
        &self,
        env: &'env Env,
        offset: Unknown<'env>,
        byte_length: Unknown<'env>,
        options: Option<Unknown<'env>>,
    ) -> napi::Result<Uint8Array, &'static str> {
        Ok(self.map_range(env, offset, byte_length, options)?)
    }

    fn map_range(
        &self,
        env: &Env,
        offset: Unknown<'_>,
        byte_length: Unknown<'_>,
        options: Option<Unknown<'_>>,
    ) -> Outcome<Uint8Array> {
        let (offset, length) = range_of(offset, byte_length, self.file.mapped().len())?;
        let prefault = match options.map(|value| Argument::new(value, "options")) {
            Some(options) if !options.is_undefined()? => options.field("prefault")?.flag_or(false)?,
            _ => false,
        };
        let range = pages_of(offset, length);
        self.file.check(&range).map_err(failure_of)?;
        if prefault {
            self.file.prefault(&range).map_err(failure_of)?;
        }
        let file = Arc::clone(&self.file);
        let gone = Box::new(move |key| file.abandon(offset, key));
        let (key, array) = memory::array_over_part(env, self.file.mapped(), offset, length, gone)?;
        self.file.enter(range, key);
        Ok(array)
    }

    /// Gives an array's memory back; its buffer is detached.
    #[napi(catch_unwind)]
    pub fn free<'env>(&self, env: &'env Env, memory: Unknown<'env>) -> napi::Result<(), &'static str> {
        Ok(self.free_array(env, memory)?)
    }

    fn free_array(&self, env: &Env, memory: Unknown<'_>) -> Outcome<()> {
        let bytes = Bytes::from_argument(&Argument::new(memory, "memory"))?;
        let range = self.offset_in(&bytes).map(|offset| pages_of(offset, bytes.len()));
        let Some((range, key)) = range.and_then(|range| Some((range.clone(), self.file.buffer_at(range)?))) else {
            return Err(Failure::argument(
                "all of the memory of a map() of this Memfd for memory",
                format!("{} bytes that are none, or were freed (free what map() returned, once)", bytes.len()),
            ));
        };
        let start = bytes.start() as usize;
        if loan::is_out(start..start + bytes.len()) {
            return Err(Failure::new(
                BUFFER_BUSY,
                "Expected memory that no call uses but received memory that an unsettled process, read or write still \
                 has; await that call first",
            ));
        }
        memory::detach(env, memory)?;
        drop(memory::forget(key));
        self.file.leave(range.start);
        Ok(())
    }

    /// Where in the file an array begins.
    #[napi(catch_unwind)]
    pub fn offset_of(&self, array: Unknown<'_>) -> napi::Result<f64, &'static str> {
        let bytes = Bytes::from_argument(&Argument::new(array, "array"))?;
        let offset = self.offset_in(&bytes).ok_or_else(|| {
            Failure::argument("an array over memory of this Memfd for array", format!("{} other bytes", bytes.len()))
        })?;
        Ok(offset as f64)
    }

    /// Offsets of the ranges whose arrays were collected without free().
    #[napi(catch_unwind)]
    pub fn take_collected(&self) -> Vec<f64> {
        self.file.take_collected().into_iter().map(|offset| offset as f64).collect()
    }

    /// Bytes of memory that the file takes now.
    #[napi(catch_unwind)]
    pub fn resident_bytes(&self) -> napi::Result<f64, &'static str> {
        let resident = self.file.resident().map_err(|errno| system_failure("fstat", errno))?;
        Ok(resident.ok_or_else(closed)? as f64)
    }

    /// Closes the descriptor.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.file.close();
    }

    fn offset_in(&self, bytes: &Bytes) -> Option<usize> {
        let mapped = self.file.mapped();
        let offset = (bytes.start() as usize).checked_sub(mapped.start() as usize)?;
        (bytes.len() > 0 && offset < mapped.len() && bytes.len() <= mapped.len() - offset).then_some(offset)
    }
}

/// An offset, on a page, and a length within so many bytes.
pub fn range_of(offset: Unknown<'_>, byte_length: Unknown<'_>, limit: usize) -> Outcome<(usize, usize)> {
    let argument = Argument::new(offset, "offset");
    let offset = argument.integer(0..=MOST_FILE_BYTES)? as usize;
    if !offset.is_multiple_of(page()) {
        return Err(argument.unlike(format!("a multiple of {}", page())));
    }
    let argument = Argument::new(byte_length, "byteLength");
    let length = argument.integer(1..=memory::MAX_BYTES)? as usize;
    if offset > limit || length > limit - offset {
        return Err(argument
            .unlike(format!("at most the {} bytes from offset {offset} to the end", limit.saturating_sub(offset))));
    }
    Ok((offset, length))
}

/// The whole pages that a range lies on.
fn pages_of(offset: usize, length: usize) -> Range<usize> {
    offset..offset + length.next_multiple_of(page())
}

fn page() -> usize {
    rustix::param::page_size()
}

fn failure_of(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Closed => closed(),
        Refusal::Overlaps => Failure::argument(
            "a range that no array lies on for offset and byteLength",
            "one that is mapped, or that a call still uses (free() its array first)",
        ),
        Refusal::System(errno) => system_failure("fallocate", errno),
    }
}

fn closed() -> Failure {
    Failure::argument("an open Memfd", "one after close()")
}

pub fn system_failure(call: &str, errno: Errno) -> Failure {
    match errno {
        // The last one is a limit that was set (ulimit -f); less may be had.
        Errno::NOMEM | Errno::NOSPC | Errno::FBIG => {
            Failure::new(OUT_OF_MEMORY, format!("Expected memory from the system but {call} failed: {errno}"))
        }
        errno => Failure::new("E_MEMFD_FAILED", format!("{call} failed: {errno}")),
    }
}
