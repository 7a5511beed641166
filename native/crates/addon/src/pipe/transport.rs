use std::os::fd::BorrowedFd;

use rustix::io::Errno;

/// How bytes get into a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The pipe refers to the caller's pages: nothing is copied, and they must stay as they are until read.
    Splice,
    /// The bytes are copied into the pipe's own pages.
    Write,
}

/// A range of the caller's memory, alive until its request is answered.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub start: *const u8,
    pub length: usize,
}

// SAFETY: an address and a length; whoever makes a request out of one promises that the memory outlives it.
unsafe impl Send for Range {}

/// The system calls under a pipe, as a value so that refusals can be tried.
#[derive(Clone, Copy)]
pub struct Calls {
    /// # Safety
    /// The range must be readable until the call returns, and unchanged until the pipe's reader has taken the bytes.
    pub splice: unsafe fn(BorrowedFd<'_>, Range) -> Result<usize, Errno>,
}

impl Calls {
    pub const SYSTEM: Self = Self { splice: vmsplice };
}

/// Whether this system has vmsplice() at all.
pub const SPLICES: bool = cfg!(target_os = "linux");

#[cfg(target_os = "linux")]
unsafe fn vmsplice(pipe: BorrowedFd<'_>, range: Range) -> Result<usize, Errno> {
    use rustix::pipe::{IoSliceRaw, SpliceFlags};

    // SAFETY: the caller of `Calls::splice` keeps the range readable; IoSliceRaw only carries its address.
    unsafe {
        let bytes = std::slice::from_raw_parts(range.start, range.length);
        // Not SPLICE_F_GIFT: the pages stay the caller's, who uses them again.
        rustix::pipe::vmsplice(pipe, &[IoSliceRaw::from_slice(bytes)], SpliceFlags::NONBLOCK)
    }
}

#[cfg(not(target_os = "linux"))]
unsafe fn vmsplice(_pipe: BorrowedFd<'_>, _range: Range) -> Result<usize, Errno> {
    Err(Errno::NOSYS)
}

/// Copies what the pipe has room for.
///
/// # Safety
/// The range must be readable until the call returns.
pub unsafe fn write(pipe: BorrowedFd<'_>, range: Range) -> Result<usize, Errno> {
    // SAFETY: the caller keeps the range readable; JavaScript may change it meanwhile, which only the kernel's
    // copy can observe.
    let bytes = unsafe { std::slice::from_raw_parts(range.start, range.length) };
    rustix::io::write(pipe, bytes)
}

/// Sandboxes (seccomp, gVisor) and old kernels refuse vmsplice with one of these; so does every kernel, with a
/// fault, for memory that has no pages to lend, such as mapped GPU memory of some drivers, which write() can read.
pub fn is_refusal(errno: Errno) -> bool {
    matches!(errno, Errno::INVAL | Errno::NOSYS | Errno::PERM | Errno::OPNOTSUPP | Errno::FAULT)
}

/// Bytes in the pipe that nobody has read.
pub fn unread(pipe: BorrowedFd<'_>) -> Result<u64, Errno> {
    rustix::io::ioctl_fionread(pipe)
}
