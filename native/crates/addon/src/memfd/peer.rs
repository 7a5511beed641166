use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use napi::bindgen_prelude::{Uint8Array, Unknown};
use napi::{Env, ValueType};
use napi_derive::napi;
use rustix::fs::{Mode, OFlags, SealFlags};
use rustix::io::Errno;
use rustix::mm::MapFlags;

use super::class::{range_of, system_failure};
use super::file::NEVER_SHORTER;
use crate::argument::Argument;
use crate::failure::{Failure, Outcome};
use crate::memory::{Mapped, Pages, array_over};

/// As Linux limits it.
const LONGEST_PATH: usize = 4095;

enum Given<'fd> {
    Number(BorrowedFd<'fd>),
    Opened(OwnedFd),
}

/// Maps a part of another process's Memfd.
#[napi(catch_unwind)]
pub fn map_fd<'env>(
    env: &'env Env,
    file: Unknown<'env>,
    options: Unknown<'env>,
) -> napi::Result<Uint8Array, &'static str> {
    Ok(map(env, &Argument::new(file, "file"), &Argument::new(options, "options"))?)
}

fn map(env: &Env, file: &Argument<'_>, options: &Argument<'_>) -> Outcome<Uint8Array> {
    let writable = options.field("writable")?.flag_or(false)?;
    let given = given_by(file, writable)?;
    let descriptor = match &given {
        Given::Number(number) => *number,
        Given::Opened(opened) => opened.as_fd(),
    };
    // A file that somebody can cut would kill this process at the next touch. Files that aren't memory have no seals.
    let seals = rustix::fs::fcntl_get_seals(descriptor).unwrap_or(SealFlags::empty());
    if !seals.contains(NEVER_SHORTER) {
        return Err(Failure::argument(
            format!("a memfd that is sealed against becoming shorter, as Memfd makes them, for {}", file.name()),
            "another file",
        ));
    }
    let limit = rustix::fs::fstat(descriptor).map_err(|errno| system_failure("fstat", errno))?.st_size as usize;
    let (offset, length) = range_of(options.field("offset")?.value(), options.field("byteLength")?.value(), limit)?;
    // What is only read is private: an array can't refuse to be written, and a forbidden write would be a crash.
    let sharing = if writable { MapFlags::SHARED } else { MapFlags::PRIVATE };
    // SAFETY: sealed against becoming shorter.
    let pages = unsafe { Pages::map_file(descriptor, offset as u64, length, sharing) };
    let pages = pages.map_err(|errno| match errno {
        Errno::ACCESS | Errno::PERM => Failure::argument(
            format!("a descriptor that may be written for {} with writable: true", file.name()),
            "one that is only for reading",
        ),
        errno => system_failure("mmap", errno),
    })?;
    array_over(env, Mapped::new(pages))
}

fn given_by<'fd>(file: &Argument<'_>, writable: bool) -> Outcome<Given<'fd>> {
    match file.value().get_type()? {
        ValueType::String => {
            let path = file.text(LONGEST_PATH)?;
            let access = if writable { OFlags::RDWR } else { OFlags::RDONLY };
            // Not blocking, should it be a pipe.
            let flags = access | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
            let opened = rustix::fs::open(&path, flags, Mode::empty());
            Ok(Given::Opened(opened.map_err(|errno| {
                let failure = system_failure("open", errno);
                Failure::new(
                    failure.code,
                    format!("{} ({path}: the process that made it may have ended)", failure.message),
                )
            })?))
        }
        ValueType::Number => {
            let number = file.integer(0..=i64::from(i32::MAX))? as i32;
            // SAFETY: used within this call only, in which JavaScript can't close it. One that isn't open is refused below.
            Ok(Given::Number(unsafe { BorrowedFd::borrow_raw(number) }))
        }
        _ => Err(file.unlike("the number of a descriptor or a path")),
    }
}
