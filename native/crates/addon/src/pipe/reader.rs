use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::ends::{self, FarEnd, errno_of};
use super::fault::{Fault, PipeResult};
use super::reader_thread::ReaderThread;
use super::service;
use super::wake::Wake;

/// Told once how many bytes a read brought.
pub type ReadDone = Box<dyn FnOnce(PipeResult<usize>) + Send>;

/// A pipe that another process writes and this one reads.
pub struct PipeReader {
    shared: Arc<Shared>,
    pub far: FarEnd,
    pub capacity: usize,
}

/// What the pipe did so far.
pub struct ReaderStats {
    pub bytes_read: u64,
    pub reads: u64,
    pub waiting: Duration,
}

pub struct Shared {
    state: Mutex<State>,
    pub wake: Wake,
}

/// Memory that a read fills from its start.
#[derive(Clone, Copy)]
pub struct Target {
    pub start: *mut u8,
    pub length: usize,
}

// SAFETY: an address and a length; whoever makes a request out of one promises that the memory outlives it.
unsafe impl Send for Target {}

pub struct Read {
    pub target: Target,
    pub filled: usize,
    pub done: ReadDone,
}

pub struct State {
    pub queue: VecDeque<Read>,
    pub finish: Finish,
    /// Set once the thread is done: the answer to later reads.
    pub closed: Option<PipeResult<usize>>,
    pub heedless: bool,
    pub bytes_read: u64,
    reads: u64,
    pub waiting: Duration,
    pub waiting_since: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    NotYet,
    /// The reads that are queued are served first.
    WhenServed,
    Now,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl PipeReader {
    pub fn open(capacity: usize) -> PipeResult<Self> {
        let ends = ends::open(capacity)?;
        ends::set_nonblocking(&ends.read)?;
        let (wake, source) = Wake::pair().map_err(|error| Fault::System("socketpair", errno_of(&error)))?;
        let shared = Arc::new(Shared { state: Mutex::new(State::new()), wake });
        let thread = ReaderThread::new(Arc::clone(&shared), ends.read, source);
        service::start("framerail-read", move || thread.run())?;
        Ok(Self { shared, far: FarEnd::new(ends.write), capacity: ends.capacity })
    }

    /// Fills the target after all reads that were queued before; fewer bytes only at the end of the stream.
    ///
    /// # Safety
    /// The target must stay writable, and nobody else may use it, until `done` is called.
    pub unsafe fn read(&self, target: Target, done: ReadDone) {
        let mut state = self.shared.state();
        let closed = state.closed.clone();
        let answer = if state.finish == Finish::Now { Some(Err(Fault::Canceled)) } else { closed };
        if let Some(answer) = answer {
            drop(state);
            return done(answer);
        }
        state.reads += 1;
        state.queue.push_back(Read { target, filled: 0, done });
        let heedless = std::mem::take(&mut state.heedless);
        drop(state);
        if heedless {
            self.shared.wake.wake();
        }
    }

    /// Closes both ends now; queued reads are answered with [`Fault::Canceled`].
    pub fn close(&self) {
        self.finish(Finish::Now);
        self.far.close();
    }

    pub fn stats(&self) -> ReaderStats {
        let state = self.shared.state();
        let running = state.waiting_since.map_or(Duration::ZERO, |since| since.elapsed());
        ReaderStats { bytes_read: state.bytes_read, reads: state.reads, waiting: state.waiting + running }
    }

    fn finish(&self, finish: Finish) {
        let mut state = self.shared.state();
        if state.finish != Finish::Now {
            state.finish = finish;
        }
        drop(state);
        self.shared.wake.wake();
    }
}

/// Our copy of the write end goes first, or a queued read would wait for an end that can't come.
impl Drop for PipeReader {
    fn drop(&mut self) {
        self.far.close();
        self.finish(Finish::WhenServed);
    }
}

impl State {
    fn new() -> Self {
        Self {
            queue: VecDeque::new(),
            finish: Finish::NotYet,
            closed: None,
            heedless: false,
            bytes_read: 0,
            reads: 0,
            waiting: Duration::ZERO,
            waiting_since: None,
        }
    }
}
