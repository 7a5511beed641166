use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::fault::{Fault, PipeResult};
use super::reader::{Finish, Read, Shared};
use super::wake::WakeSource;

/// The only place that reads from the pipe. It waits in poll(), where closing can reach it, and never in read().
pub struct ReaderThread {
    shared: Arc<Shared>,
    pipe: OwnedFd,
    wake: WakeSource,
}

enum Progress {
    /// The pipe is empty and the writer still has it open.
    Empty,
    /// No read is queued.
    Idle,
}

impl ReaderThread {
    pub fn new(shared: Arc<Shared>, pipe: OwnedFd, wake: WakeSource) -> Self {
        Self { shared, pipe, wake }
    }

    pub fn run(self) {
        let answer = self.serve();
        let Self { shared, pipe, wake } = self;
        shared.wake.close();
        drop((pipe, wake));
        let mut state = shared.state();
        // Closing closes the other end too, whose end of the stream may be seen first.
        let answer = if state.finish == Finish::Now { Err(Fault::Canceled) } else { answer };
        state.closed = Some(answer.clone());
        state.waiting_since = None;
        let queue = std::mem::take(&mut state.queue);
        drop(state);
        for read in queue {
            // What came before the end of the stream is the caller's all the same.
            let answer = answer.clone().map(|_| read.filled);
            (read.done)(answer);
        }
    }

    /// Ok(0) at the end of the stream.
    fn serve(&self) -> PipeResult<usize> {
        loop {
            let Some(progress) = self.fill()? else { return Ok(0) };
            let mut state = self.shared.state();
            match (state.finish, state.queue.is_empty()) {
                (Finish::Now, _) | (Finish::WhenServed, true) => return Err(Fault::Canceled),
                // A read came since fill() looked.
                (_, false) if matches!(progress, Progress::Idle) => continue,
                _ => {}
            }
            state.heedless = state.queue.is_empty();
            state.waiting_since = (!state.heedless).then(Instant::now);
            drop(state);
            self.wait(&progress)?;
        }
    }

    /// Serves reads as far as the pipe has bytes; None at the end of the stream.
    fn fill(&self) -> PipeResult<Option<Progress>> {
        loop {
            let state = self.shared.state();
            let head = state.queue.front().filter(|_| state.finish != Finish::Now);
            let Some(head) = head else { return Ok(Some(Progress::Idle)) };
            let (target, filled) = (head.target, head.filled);
            drop(state);
            let rest = target.length - filled;
            if rest > 0 {
                // SAFETY: the read's owner keeps the target writable and to itself until `done` is called, and
                // only this thread takes a read off the queue; `filled` never passes the length.
                let bytes = unsafe { std::slice::from_raw_parts_mut(target.start.add(filled), rest) };
                match rustix::io::read(&self.pipe, bytes) {
                    Ok(0) => return Ok(None),
                    Ok(count) => self.advance(count),
                    Err(Errno::AGAIN) => return Ok(Some(Progress::Empty)),
                    Err(Errno::INTR) => {}
                    Err(errno) => return Err(Fault::System("read", errno)),
                }
            } else {
                self.advance(0);
            }
        }
    }

    /// Counts bytes into the first read, and answers it when it is full.
    fn advance(&self, count: usize) {
        let mut state = self.shared.state();
        state.bytes_read += count as u64;
        let Some(head) = state.queue.front_mut() else { return };
        head.filled += count;
        if head.filled < head.target.length {
            return;
        }
        let full = state.queue.pop_front();
        drop(state);
        if let Some(Read { filled, done, .. }) = full {
            done(Ok(filled));
        }
    }

    fn wait(&self, progress: &Progress) -> PipeResult<()> {
        let wake = PollFd::from_borrowed_fd(self.wake.source(), PollFlags::IN);
        let mut fds = [wake, PollFd::new(&self.pipe, PollFlags::IN)];
        // Without a read the state of the pipe is nobody's business, and its hang-up would end every poll at once.
        let watched = if matches!(progress, Progress::Empty) { 2 } else { 1 };
        let result = poll(&mut fds[..watched], None);
        let woken = !fds[0].revents().is_empty();

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
            _ => Ok(()),
        }
    }
}
