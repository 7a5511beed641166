use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Mutex;

use rustix::io::Errno;

use super::fault::{Fault, PipeResult};

/// One page on every system that is served: the smallest pipe there is.
pub const MIN_CAPACITY_BYTES: usize = 4096;

/// Both ends of a new pipe. Neither survives an exec() under its own number: the child gets the end that it is
/// given and no other, or it would never see the end of the stream.
pub struct Ends {
    pub read: OwnedFd,
    pub write: OwnedFd,
    pub capacity: usize,
}

pub fn open(capacity: usize) -> PipeResult<Ends> {
    // Close-on-exec from the first moment where the system has pipe2().
    let (read, write) = std::io::pipe().map_err(|error| Fault::System("pipe", errno_of(&error)))?;
    let (read, write) = (OwnedFd::from(read), OwnedFd::from(write));
    let capacity = resize(&write, capacity);
    Ok(Ends { read, write, capacity })
}

/// What the system allows is not known beforehand: it depends on a limit of the system, on one of the user,
/// and on how many pipes that user has open.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn resize(fd: &OwnedFd, wanted: usize) -> usize {
    use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};

    let given = fcntl_getpipe_size(fd).unwrap_or(MIN_CAPACITY_BYTES);
    let mut size = wanted;
    while size > given {
        match fcntl_setpipe_size(fd, size) {
            Ok(set) => return set,
            Err(_) => size /= 2,
        }
    }
    if wanted < given {
        return fcntl_setpipe_size(fd, wanted).unwrap_or(given);
    }
    given
}

/// Elsewhere the kernel sizes its pipes by itself; this is what macOS and the BSDs grow them to.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn resize(_fd: &OwnedFd, _wanted: usize) -> usize {
    65536
}

pub fn errno_of(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

pub fn set_nonblocking(fd: &OwnedFd) -> PipeResult<()> {
    rustix::io::ioctl_fionbio(fd, true).map_err(|errno| Fault::System("ioctl", errno))
}

/// Our copy of the end that the other process gets.
pub struct FarEnd(Mutex<Option<OwnedFd>>);

impl FarEnd {
    pub fn new(fd: OwnedFd) -> Self {
        Self(Mutex::new(Some(fd)))
    }

    /// None after [`FarEnd::close`].
    pub fn number(&self) -> Option<RawFd> {
        let held = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        held.as_ref().map(AsRawFd::as_raw_fd)
    }

    pub fn close(&self) {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_has_at_least_a_page_and_at_most_what_was_asked_or_the_least_there_is() {
        for wanted in [MIN_CAPACITY_BYTES, 65536, 1 << 20] {
            let ends = open(wanted).unwrap();
            assert!(ends.capacity >= MIN_CAPACITY_BYTES);
            if cfg!(target_os = "linux") {
                assert!(ends.capacity <= wanted, "{} for {wanted}", ends.capacity);
            }
        }
    }

    #[test]
    fn the_far_end_is_closed_once() {
        let ends = open(65536).unwrap();
        let far = FarEnd::new(ends.read);
        assert!(far.number().is_some());
        far.close();
        far.close();
        assert_eq!(far.number(), None);
    }
}
