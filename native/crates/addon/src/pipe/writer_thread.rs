use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::backoff::Backoff;
use super::fault::{Fault, PipeResult};
use super::transport::{self, Calls, Range};
use super::wake::WakeSource;
use super::writer::{Done, Finish, Shared};

/// The only place that writes to the pipe. It never blocks in a write: it waits in poll(), where an abort can
/// reach it.
pub struct WriterThread {
    shared: Arc<Shared>,
    pipe: OwnedFd,
    wake: WakeSource,
    calls: Calls,
    demand_splicing: bool,
    /// Position of the byte after the last that is in the pipe.
    submitted: u64,
    /// The pipe may hold pages of the caller's, so only the reader's progress frees memory.
    lent_pages: bool,
    backoff: Backoff,
}

/// The kernel holds the pipe's lock for a whole call: a quarter of the usual pipe at a time lets the reader copy
/// one part while the next is put in (about a third faster than all that fits, at the same cost).
const BYTES_PER_CALL: usize = 256 * 1024;

enum Wait {
    /// Nothing to do: until a request comes or the reader goes.
    Idle,
    /// The pipe is full.
    Room,
    /// All is in the pipe, and the memory behind it isn't free yet.
    Taken,
}

impl WriterThread {
    pub fn new(shared: Arc<Shared>, pipe: OwnedFd, wake: WakeSource, calls: Calls, demand_splicing: bool) -> Self {
        let backoff = Backoff::new();
        Self { shared, pipe, wake, calls, demand_splicing, submitted: 0, lent_pages: false, backoff }
    }

    pub fn run(mut self) {
        let fault = self.serve().err();
        // A reader may have taken everything and gone before we asked.
        let _ = self.settle_taken();
        let Self { shared, pipe, wake, .. } = self;
        shared.wake.close();
        drop((pipe, wake));

        let mut state = shared.state();
        let lost = !state.queue.is_empty();
        // An abort closes the other end too, which may be seen first.
        let fault = fault.map(|fault| if state.finish == Finish::Now { Fault::Canceled } else { fault });
        let later_writes = fault.clone().unwrap_or(Fault::Ended);
        let end = match fault {
            None | Some(Fault::Broken) if !lost => Ok(()),
            _ => Err(later_writes.clone()),
        };
        state.closed = Some((later_writes.clone(), end.clone()));
        state.waiting_since = None;
        let queue = std::mem::take(&mut state.queue);
        let ends = std::mem::take(&mut state.ends);
        drop(state);

        queue.into_iter().for_each(|write| (write.done)(Err(later_writes.clone())));
        ends.into_iter().for_each(|done| done(end.clone()));
    }

    /// Ok when the end was asked for and everything is taken.
    fn serve(&mut self) -> PipeResult<()> {
        loop {
            let full = self.fill()?;
            self.settle_taken()?;
            let mut state = self.shared.state();
            let wait = match (state.finish, state.queue.is_empty()) {
                (Finish::Now, _) => return Err(Fault::Canceled),
                (Finish::WhenTaken, true) => return Ok(()),
                (Finish::NotYet, true) => Wait::Idle,
                (_, false) if self.submitted == state.queued => Wait::Taken,
                // A write came since fill() looked.
                (_, false) if !full => continue,
                (_, false) => Wait::Room,
            };
            state.heedless = !matches!(wait, Wait::Room);
            drop(state);
            self.wait(wait)?;
        }
    }

    /// Puts as much of the queue into the pipe as it takes; true when it is full.
    fn fill(&mut self) -> PipeResult<bool> {
        while let Some(range) = self.next_range() {
            match self.submit(range) {
                Ok(count) => {
                    self.submitted += count as u64;
                    self.backoff.progressed();
                    // Asking again would only wait for the lock that the reader holds while it copies.
                    if count < range.length {
                        return Ok(true);
                    }
                }
                Err(Errno::AGAIN) => return Ok(true),
                Err(Errno::INTR) => {}
                Err(Errno::PIPE) => return Err(Fault::Broken),
                Err(errno) if self.demand_splicing && transport::is_refusal(errno) => {
                    return Err(Fault::SpliceRefused(errno));
                }
                Err(errno) => return Err(Fault::System("write", errno)),
            }
        }
        Ok(false)
    }

    /// The next part of the first write that isn't in the pipe whole; none after an abort.
    fn next_range(&self) -> Option<Range> {
        let mut state = self.shared.state();
        if state.finish == Finish::Now {
            return None;
        }
        state.count_whole(self.submitted);
        let write = state.queue.get(state.whole)?;
        let rest = (write.end - self.submitted) as usize;
        let done = write.range.length - rest;
        // SAFETY: `rest` is between 1 and the length, so the result is inside the range.
        Some(Range { start: unsafe { write.range.start.add(done) }, length: rest.min(BYTES_PER_CALL) })
    }

    fn submit(&mut self, range: Range) -> Result<usize, Errno> {
        if self.shared.splicing.load(Ordering::Relaxed) {
            // SAFETY: the write's owner keeps its range as it is until `done` is called, which is after the
            // reader has taken it.
            match unsafe { (self.calls.splice)(self.pipe.as_fd(), range) } {
                Err(errno) if transport::is_refusal(errno) && !self.demand_splicing => {
                    self.shared.splicing.store(false, Ordering::Relaxed);
                }
                result => {
                    self.lent_pages |= result.is_ok();
                    return result;
                }
            }
        }
        // SAFETY: as above, and write() needs the range no longer than the call.
        unsafe { transport::write(self.pipe.as_fd(), range) }
    }

    /// Answers the writes whose memory is free.
    fn settle_taken(&mut self) -> PipeResult<()> {
        let mut state = self.shared.state();
        state.count_whole(self.submitted);
        if !self.lent_pages {
            state.taken = self.submitted;
        } else if state.whole > 0 {
            drop(state);
            let unread = transport::unread(self.pipe.as_fd()).map_err(|errno| Fault::System("ioctl", errno))?;
            let taken = self.submitted - unread.min(self.submitted);
            state = self.shared.state();
            if taken > state.taken {
                state.taken = taken;
                self.backoff.progressed();
            }
        }
        let mut settled: Vec<Done> = Vec::new();
        while state.whole > 0 && state.queue.front().is_some_and(|write| write.end <= state.taken) {
            state.whole -= 1;
            settled.extend(state.queue.pop_front().map(|write| write.done));
        }
        drop(state);
        settled.into_iter().for_each(|done| done(Ok(())));
        Ok(())
    }

    fn wait(&mut self, wait: Wait) -> PipeResult<()> {
        let (events, pause) = match wait {
            Wait::Idle => (PollFlags::empty(), None),
            Wait::Room => (PollFlags::OUT, None),
            Wait::Taken => (PollFlags::empty(), Some(self.backoff.pause())),
        };
        if !matches!(wait, Wait::Idle) {
            self.shared.state().waiting_since = Some(Instant::now());
        }
        let timeout = pause.map(timespec);
        let mut fds = [PollFd::from_borrowed_fd(self.wake.source(), PollFlags::IN), PollFd::new(&self.pipe, events)];
        let result = poll(&mut fds, timeout.as_ref());
        let woken = !fds[0].revents().is_empty();
        let gone = fds[1].revents().intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL);

        let mut state = self.shared.state();
        state.heedless = false;
        if let Some(since) = state.waiting_since.take() {
            state.waiting += since.elapsed();
        }
        drop(state);
        if woken {
            self.wake.drain();
        }
        match result {
            Err(errno) if errno != Errno::INTR => Err(Fault::System("poll", errno)),
            _ if gone => Err(Fault::Broken),
            _ => Ok(()),
        }
    }
}

pub fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: duration.as_secs() as _, tv_nsec: duration.subsec_nanos() as _ }
}
