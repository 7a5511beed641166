use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Object, Unknown};
use napi_derive::napi;

use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::failure::Outcome;
use crate::frame_pipe::{capacity_of, failure_of};
use crate::loan::{Access, Loan};
use crate::pending::{Pending, rejected};
use crate::pipe::{Fault, PipeReader, Target};

/// What a FrameReader did so far; times in milliseconds.
#[napi(object)]
pub struct FrameReaderStats {
    /// Put into targets.
    pub bytes_read: f64,
    /// Calls of read() that were queued.
    pub reads: f64,
    /// Time spent waiting for the writer while there was a target for it.
    pub waiting_ms: f64,
}

/// A pipe whose write end a child process gets.
#[napi]
pub struct FrameReader {
    pipe: Arc<PipeReader>,
}

#[napi]
impl FrameReader {
    /// Opens the pipe and starts its thread.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Option<Unknown<'_>>) -> napi::Result<Self, &'static str> {
        let options = options.map(|value| Argument::new(value, "options"));
        napi::bindgen_prelude::retain_current_module_for_unload_safety();
        let pipe = PipeReader::open(capacity_of(options.as_ref())?).map_err(failure_of)?;
        Ok(Self { pipe: Arc::new(pipe) })
    }

    /// Number of the write end, -1 once it is closed.
    #[napi(getter, catch_unwind)]
    pub fn write_fd(&self) -> i32 {
        self.pipe.far.number().unwrap_or(-1)
    }

    /// What the system gave.
    #[napi(getter, catch_unwind)]
    pub fn capacity_bytes(&self) -> f64 {
        self.pipe.capacity as f64
    }

    /// Closes our copy of the write end.
    #[napi(catch_unwind)]
    pub fn close_write_end(&self) {
        self.pipe.far.close();
    }

    /// Fills memory; settles with the number of bytes.
    #[napi(catch_unwind)]
    pub fn read<'env>(&self, env: &'env Env, target: Unknown<'env>) -> napi::Result<Object<'env>> {
        self.queue(env, target).or_else(|failure| rejected(env, failure))
    }

    /// Closes the pipe now.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.pipe.close();
    }

    /// Snapshot of the counters.
    #[napi(catch_unwind)]
    pub fn stats(&self) -> FrameReaderStats {
        let stats = self.pipe.stats();
        FrameReaderStats {
            bytes_read: stats.bytes_read as f64,
            reads: stats.reads as f64,
            waiting_ms: stats.waiting.as_secs_f64() * 1e3,
        }
    }

    fn queue<'env>(&self, env: &'env Env, target: Unknown<'env>) -> Outcome<Object<'env>> {
        let bytes = Bytes::from_argument(&Argument::new(target, "target"))?;
        let target = Target { start: bytes.start(), length: bytes.len() };
        let loan = Loan::take([(&bytes, Access::Write)])?;
        let pipe = Arc::downgrade(&self.pipe);
        let cancel = move || {
            if let Some(pipe) = pipe.upgrade() {
                pipe.close();
            }
        };
        let (pending, promise) = Pending::<f64>::new(env, loan, vec![bytes], cancel)?;
        let done = move |result: Result<usize, Fault>| {
            pending.settle(result.map(|count| count as f64).map_err(failure_of));
        };
        // SAFETY: `pending` references the memory until it is settled, and the loan keeps it to this read.
        unsafe { self.pipe.read(target, Box::new(done)) };
        Ok(promise)
    }
}
