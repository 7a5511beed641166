use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Object, Unknown};
use napi_derive::napi;

use crate::argument::Argument;
use crate::bytes::Bytes;
use crate::failure::{Failure, Outcome, UNSUPPORTED};
use crate::loan::{Access, Loan};
use crate::pending::{Pending, rejected};
use crate::pipe::{Fault, MIN_CAPACITY_BYTES, Mode, PipeWriter, Range};

/// What an unprivileged process may ask for on Linux.
pub const DEFAULT_CAPACITY_BYTES: usize = 1 << 20;
/// A child that reads slower than this much ahead needs patience, not a larger pipe.
const MAX_CAPACITY_BYTES: i64 = 1 << 30;

#[derive(Clone, Copy, PartialEq)]
enum ModeChoice {
    Auto,
    Splice,
    Write,
}

/// What a FramePipe did so far; times in milliseconds.
#[napi(object)]
pub struct FramePipeStats {
    /// Given to write() and not yet taken.
    pub bytes_queued: f64,
    /// Known to be taken.
    pub bytes_taken: f64,
    /// Calls of write() that were queued.
    pub writes: f64,
    /// Time spent waiting for the reader while there was something for it.
    pub waiting_ms: f64,
}

/// A pipe whose read end a child process gets.
#[napi]
pub struct FramePipe {
    pipe: Arc<PipeWriter>,
}

#[napi]
impl FramePipe {
    /// Opens the pipe and starts its thread.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Option<Unknown<'_>>) -> napi::Result<Self, &'static str> {
        let options = options.map(|value| Argument::new(value, "options"));
        let mode = mode_of(options.as_ref())?;
        if mode == ModeChoice::Splice && !cfg!(target_os = "linux") {
            return Err(Failure::new(UNSUPPORTED, "Expected Linux for mode 'splice'; use 'auto'").into());
        }
        napi::bindgen_prelude::retain_current_module_for_unload_safety();
        let first = if mode == ModeChoice::Write { Mode::Write } else { Mode::Splice };
        let pipe = PipeWriter::open(capacity_of(options.as_ref())?, first, mode == ModeChoice::Splice);
        Ok(Self { pipe: Arc::new(pipe.map_err(failure_of)?) })
    }

    /// Number of the read end, -1 once it is closed.
    #[napi(getter, catch_unwind)]
    pub fn read_fd(&self) -> i32 {
        self.pipe.far.number().unwrap_or(-1)
    }

    /// What the system gave.
    #[napi(getter, catch_unwind)]
    pub fn capacity_bytes(&self) -> f64 {
        self.pipe.capacity as f64
    }

    /// How bytes get into the pipe: 'splice' or 'write'.
    #[napi(getter, catch_unwind)]
    pub fn mode(&self) -> &'static str {
        match self.pipe.mode() {
            Mode::Splice => "splice",
            Mode::Write => "write",
        }
    }

    /// Closes our copy of the read end.
    #[napi(catch_unwind)]
    pub fn close_read_end(&self) {
        self.pipe.far.close();
    }

    /// Queues bytes; settles when their memory may be used again.
    #[napi(catch_unwind)]
    pub fn write<'env>(&self, env: &'env Env, data: Unknown<'env>) -> napi::Result<Object<'env>> {
        self.queue(env, data).or_else(|failure| rejected(env, failure))
    }

    /// Closes the pipe once everything is taken.
    #[napi(catch_unwind)]
    pub fn end<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        self.announce_end(env).or_else(|failure| rejected(env, failure))
    }

    /// Closes the pipe now.
    #[napi(catch_unwind)]
    pub fn abort(&self) {
        self.pipe.abort();
    }

    /// Snapshot of the counters.
    #[napi(catch_unwind)]
    pub fn stats(&self) -> FramePipeStats {
        let stats = self.pipe.stats();
        FramePipeStats {
            bytes_queued: stats.bytes_queued as f64,
            bytes_taken: stats.bytes_taken as f64,
            writes: stats.writes as f64,
            waiting_ms: stats.waiting.as_secs_f64() * 1e3,
        }
    }

    fn queue<'env>(&self, env: &'env Env, data: Unknown<'env>) -> Outcome<Object<'env>> {
        let bytes = Bytes::from_argument(&Argument::new(data, "data"))?;
        let range = Range { start: bytes.start(), length: bytes.len() };
        let loan = Loan::take([(&bytes, Access::Read)])?;
        let (pending, promise) = Pending::<()>::new(env, loan, vec![bytes], self.aborter())?;
        let done = Box::new(move |result: Result<(), Fault>| pending.settle(result.map_err(failure_of)));
        // SAFETY: `pending` references the memory until it is settled, and the contract of write() is that
        // JavaScript leaves the bytes as they are until then.
        unsafe { self.pipe.write(range, done) };
        Ok(promise)
    }

    fn announce_end<'env>(&self, env: &'env Env) -> Outcome<Object<'env>> {
        let (pending, promise) = Pending::<()>::new(env, Loan::take([])?, Vec::new(), self.aborter())?;
        self.pipe.end(Box::new(move |result| pending.settle(result.map_err(failure_of))));
        Ok(promise)
    }

    /// Weak: a pipe whose object is collected must not live on in its own queue.
    fn aborter(&self) -> impl Fn() + Send + Sync + 'static {
        let pipe = Arc::downgrade(&self.pipe);
        move || {
            if let Some(pipe) = pipe.upgrade() {
                pipe.abort();
            }
        }
    }
}

fn mode_of(options: Option<&Argument<'_>>) -> Outcome<ModeChoice> {
    let choices = [("auto", ModeChoice::Auto), ("splice", ModeChoice::Splice), ("write", ModeChoice::Write)];
    match given(options, "mode")? {
        Some(mode) => mode.choice(&choices),
        None => Ok(ModeChoice::Auto),
    }
}

pub fn capacity_of(options: Option<&Argument<'_>>) -> Outcome<usize> {
    match given(options, "capacityBytes")? {
        Some(capacity) => Ok(capacity.integer(MIN_CAPACITY_BYTES as i64..=MAX_CAPACITY_BYTES)? as usize),
        None => Ok(DEFAULT_CAPACITY_BYTES),
    }
}

/// A field of optional options, if it is there.
fn given<'env>(options: Option<&Argument<'env>>, name: &str) -> Outcome<Option<Argument<'env>>> {
    let Some(options) = options else { return Ok(None) };
    if options.is_undefined()? {
        return Ok(None);
    }
    let field = options.field(name)?;
    Ok(if field.is_undefined()? { None } else { Some(field) })
}

/// A pipe's fault as JavaScript is told of it.
pub fn failure_of(fault: Fault) -> Failure {
    match fault {
        Fault::Broken => Failure::new(
            "EPIPE",
            "Expected the process at the other end of the pipe to take everything but it closed its end; \
             its exit code and its last words say why",
        ),
        Fault::Canceled => Failure::new("ECANCELED", "The pipe was closed by this process before the call was served"),
        Fault::Ended => Failure::new("E_PIPE_ENDED", "Expected no write after end() but received one"),
        Fault::SpliceRefused(errno) => Failure::new(
            UNSUPPORTED,
            format!("Expected a system that splices but it refused ({errno}); use mode 'auto' or 'write'"),
        ),
        Fault::System(call, errno) => Failure::new("E_PIPE_FAILED", format!("{call} failed: {errno}")),
    }
}
