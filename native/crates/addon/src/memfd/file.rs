use std::collections::BTreeMap;
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{FallocateFlags, MemfdFlags, SealFlags};
use rustix::io::Errno;
use rustix::mm::{self, MapFlags};
use rustix::process::{Resource, getrlimit};

use crate::loan;
use crate::memory::{Key, Mapped, Pages};

/// What keeps a process that maps the file from being killed by another that has it.
pub const NEVER_SHORTER: SealFlags = SealFlags::SHRINK;

/// Memory that is a file without a name: other processes can map it. All of it is mapped here, once.
pub struct File {
    mapped: Arc<Mapped>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    descriptor: Option<OwnedFd>,
    /// Ranges that a buffer lies on, by their offsets.
    buffers: BTreeMap<usize, Buffer>,
    /// Ranges without a buffer that calls may still be using.
    left: Vec<Range<usize>>,
    /// Offsets of ranges whose buffer JavaScript let go of by itself.
    collected: Vec<usize>,
}

struct Buffer {
    end: usize,
    key: Key,
}

/// Why a range can't be had.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    Closed,
    Overlaps,
    System(Errno),
}

impl File {
    /// A file of `length` bytes, a multiple of the page, whose length nobody can change. It takes memory where it is touched.
    pub fn create(name: &str, length: usize) -> Result<Arc<Self>, Errno> {
        let descriptor = create(name)?;
        // Who asks for more than `ulimit -f` gets a signal that ends the process.
        if getrlimit(Resource::Fsize).current.is_some_and(|limit| limit < length as u64) {
            return Err(Errno::FBIG);
        }
        rustix::fs::ftruncate(&descriptor, length as u64)?;
        rustix::fs::fcntl_add_seals(&descriptor, NEVER_SHORTER | SealFlags::GROW | SealFlags::SEAL)?;
        // SAFETY: sealed against becoming shorter.
        let pages = unsafe { Pages::map_file(descriptor.as_fd(), 0, length, MapFlags::SHARED)? };
        let state = State { descriptor: Some(descriptor), ..State::default() };
        Ok(Arc::new(Self { mapped: Mapped::new(pages), state: Mutex::new(state) }))
    }

    pub fn mapped(&self) -> &Arc<Mapped> {
        &self.mapped
    }

    pub fn number(&self) -> Option<i32> {
        self.lock().descriptor.as_ref().map(AsRawFd::as_raw_fd)
    }

    /// Closes our descriptor; what is mapped stays.
    pub fn close(&self) {
        self.lock().descriptor = None;
    }

    /// Bytes of memory that the file takes; none once it is closed.
    pub fn resident(&self) -> Result<Option<u64>, Errno> {
        const BLOCK: u64 = 512;
        let state = self.lock();
        let Some(descriptor) = &state.descriptor else { return Ok(None) };
        Ok(Some(rustix::fs::fstat(descriptor)?.st_blocks as u64 * BLOCK))
    }

    /// Whether a buffer may be made over a range: no other lies there and nothing uses it any more.
    pub fn check(&self, range: &Range<usize>) -> Result<(), Refusal> {
        let state = self.lock();
        if state.descriptor.is_none() {
            return Err(Refusal::Closed);
        }
        let before = state.buffers.range(..range.end).next_back();
        let overlaps = before.is_some_and(|(_, buffer)| buffer.end > range.start);
        if overlaps || state.left.iter().any(|left| left.start < range.end && range.start < left.end) {
            return Err(Refusal::Overlaps);
        }
        Ok(())
    }

    /// Gives a range memory now, so that there is a failure instead of a signal where there is none.
    pub fn prefault(&self, range: &Range<usize>) -> Result<(), Refusal> {
        let state = self.lock();
        let Some(descriptor) = &state.descriptor else { return Err(Refusal::Closed) };
        let (offset, length) = (range.start as u64, range.len() as u64);
        let allocated =
            rustix::io::retry_on_intr(|| rustix::fs::fallocate(descriptor, FallocateFlags::KEEP_SIZE, offset, length));
        allocated.map_err(Refusal::System)?;
        // SAFETY: maps a part of our own mapping. A refusal (Linux before 5.14) leaves that to the first touch.
        let _ = unsafe { mm::madvise(self.address(range.start).cast(), range.len(), mm::Advice::LinuxPopulateWrite) };
        Ok(())
    }

    /// Notes the buffer that was made over a range.
    pub fn enter(&self, range: Range<usize>, key: Key) {
        self.lock().buffers.insert(range.start, Buffer { end: range.end, key });
    }

    /// The buffer at an offset, if it is exactly that long.
    pub fn buffer_at(&self, range: Range<usize>) -> Option<Key> {
        self.lock().buffers.get(&range.start).filter(|buffer| buffer.end == range.end).map(|buffer| buffer.key)
    }

    /// Gives a range's memory back to the system: its buffer is detached.
    pub fn leave(&self, start: usize) {
        let mut state = self.lock();
        if let Some(buffer) = state.buffers.remove(&start) {
            self.punch(start..buffer.end);
        }
    }

    /// JavaScript let go of a buffer; a call that it was given to may still use the memory.
    pub fn abandon(&self, start: usize, key: Key) {
        let mut state = self.lock();
        if state.buffers.get(&start).is_some_and(|buffer| buffer.key == key) {
            let end = state.buffers.remove(&start).map_or(start, |buffer| buffer.end);
            state.left.push(start..end);
            self.sweep(&mut state);
        }
    }

    /// Offsets of the ranges that were abandoned since this was asked last and that nothing uses any more.
    pub fn take_collected(&self) -> Vec<usize> {
        let mut state = self.lock();
        self.sweep(&mut state);
        std::mem::take(&mut state.collected)
    }

    fn sweep(&self, state: &mut State) {
        let State { left, collected, .. } = state;
        left.retain(|range| {
            let start = self.address(range.start) as usize;
            if loan::is_out(start..start + range.len()) {
                return true;
            }
            self.punch(range.clone());
            collected.push(range.start);
            false
        });
    }

    fn punch(&self, range: Range<usize>) {
        // SAFETY: a part of our own mapping that no buffer and no call uses. It works without the descriptor, and what
        // is refused stays in memory until the file ends.
        let _ = unsafe { mm::madvise(self.address(range.start).cast(), range.len(), mm::Advice::LinuxRemove) };
    }

    fn address(&self, offset: usize) -> *mut u8 {
        // SAFETY: offsets are of ranges inside the file, all of which is mapped.
        unsafe { self.mapped.start().add(offset) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Not to be inherited by children but those it is given to, nor to be executed where that can be said (Linux 6.3).
fn create(name: &str) -> Result<OwnedFd, Errno> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    match rustix::fs::memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        Err(Errno::INVAL) => rustix::fs::memfd_create(name, flags),
        created => created,
    }
}

#[cfg(test)]
mod tests;
