use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::ends::{self, FarEnd, errno_of};
use super::fault::{Fault, PipeResult};
use super::service;
use super::transport::{Calls, Mode, Range, SPLICES};
use super::wake::Wake;
use super::writer_thread::WriterThread;

/// Told once what became of a request, on the pipe's thread or on the caller's.
pub type Done = Box<dyn FnOnce(PipeResult<()>) + Send>;

/// A pipe that this process writes and another one reads.
pub struct PipeWriter {
    shared: Arc<Shared>,
    pub far: FarEnd,
    pub capacity: usize,
}

/// What the pipe did so far.
pub struct WriterStats {
    pub bytes_queued: u64,
    pub bytes_taken: u64,
    pub writes: u64,
    pub waiting: Duration,
}

pub struct Shared {
    state: Mutex<State>,
    pub wake: Wake,
    pub splicing: AtomicBool,
}

pub struct Write {
    pub range: Range,
    /// Position in the stream of the byte after its last.
    pub end: u64,
    pub done: Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    NotYet,
    WhenTaken,
    Now,
}

/// Positions count the bytes of the stream from its start.
pub struct State {
    pub queue: VecDeque<Write>,
    /// How many at the head of the queue are in the pipe whole.
    pub whole: usize,
    pub queued: u64,
    pub taken: u64,
    writes: u64,
    pub finish: Finish,
    pub ends: Vec<Done>,
    /// Set once the thread has closed the pipe: the answer to later writes, and the answer to a later end().
    pub closed: Option<(Fault, PipeResult<()>)>,
    /// The thread is in poll() and would miss a change of the queue.
    pub heedless: bool,
    pub waiting: Duration,
    pub waiting_since: Option<Instant>,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl PipeWriter {
    /// `demand_splicing`: answer with an error rather than copy where the system refuses to splice.
    pub fn open(capacity: usize, mode: Mode, demand_splicing: bool) -> PipeResult<Self> {
        Self::with_calls(capacity, mode, demand_splicing, Calls::SYSTEM)
    }

    pub fn with_calls(capacity: usize, mode: Mode, demand_splicing: bool, calls: Calls) -> PipeResult<Self> {
        let splicing = mode == Mode::Splice && SPLICES;
        let ends = ends::open(capacity)?;
        ends::set_nonblocking(&ends.write)?;
        let (wake, source) = Wake::pair().map_err(|error| Fault::System("socketpair", errno_of(&error)))?;
        let shared = Arc::new(Shared { state: Mutex::new(State::new()), wake, splicing: AtomicBool::new(splicing) });
        let thread = WriterThread::new(Arc::clone(&shared), ends.write, source, calls, demand_splicing);
        service::start("framerail-pipe", move || thread.run())?;
        Ok(Self { shared, far: FarEnd::new(ends.read), capacity: ends.capacity })
    }

    pub fn mode(&self) -> Mode {
        if self.shared.splicing.load(Ordering::Relaxed) { Mode::Splice } else { Mode::Write }
    }

    /// Queues the bytes after all that was queued before.
    ///
    /// # Safety
    /// The range must stay readable, and its bytes as they are, until `done` is called.
    pub unsafe fn write(&self, range: Range, done: Done) {
        let mut state = self.shared.state();
        if let Some(fault) = state.refusal() {
            drop(state);
            return done(Err(fault));
        }
        state.queued += range.length as u64;
        state.writes += 1;
        let end = state.queued;
        state.queue.push_back(Write { range, end, done });
        self.wake_if_heedless(state);
    }

    /// Closes the pipe once the reader has taken everything that was queued; `done` comes after the closing.
    pub fn end(&self, done: Done) {
        let mut state = self.shared.state();
        if let Some((_, answer)) = &state.closed {
            let answer = answer.clone();
            drop(state);
            return done(answer);
        }
        if state.finish == Finish::NotYet {
            state.finish = Finish::WhenTaken;
        }
        state.ends.push(done);
        self.wake_if_heedless(state);
    }

    /// Closes both ends now; what the reader hasn't taken is answered with [`Fault::Canceled`].
    pub fn abort(&self) {
        self.shared.state().finish = Finish::Now;
        self.shared.wake.wake();
        self.far.close();
    }

    pub fn stats(&self) -> WriterStats {
        let state = self.shared.state();
        let running = state.waiting_since.map_or(Duration::ZERO, |since| since.elapsed());
        WriterStats {
            bytes_queued: state.queue.back().map_or(0, |last| last.end - state.taken),
            bytes_taken: state.taken,
            writes: state.writes,
            waiting: state.waiting + running,
        }
    }

    fn wake_if_heedless(&self, mut state: MutexGuard<'_, State>) {
        let heedless = std::mem::take(&mut state.heedless);
        drop(state);
        if heedless {
            self.shared.wake.wake();
        }
    }
}

/// Dropping is ending without waiting: what is queued still goes out, and the thread closes the pipe after it.
/// Our copy of the read end goes first, or a pipe that nobody else reads would stay for ever.
impl Drop for PipeWriter {
    fn drop(&mut self) {
        self.far.close();
        self.end(Box::new(|_| {}));
    }
}

impl State {
    fn new() -> Self {
        Self {
            queue: VecDeque::new(),
            whole: 0,
            queued: 0,
            taken: 0,
            writes: 0,
            finish: Finish::NotYet,
            ends: Vec::new(),
            closed: None,
            heedless: false,
            waiting: Duration::ZERO,
            waiting_since: None,
        }
    }

    /// Moves `whole` over the writes that end at or before a position; empty ones end where the one before does.
    pub fn count_whole(&mut self, submitted: u64) {
        while self.queue.get(self.whole).is_some_and(|write| write.end <= submitted) {
            self.whole += 1;
        }
    }

    fn refusal(&self) -> Option<Fault> {
        match (&self.closed, self.finish) {
            (Some((fault, _)), _) => Some(fault.clone()),
            (None, Finish::NotYet) => None,
            (None, Finish::WhenTaken) => Some(Fault::Ended),
            (None, Finish::Now) => Some(Fault::Canceled),
        }
    }
}
