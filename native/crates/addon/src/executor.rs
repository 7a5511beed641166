use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use napi::bindgen_prelude::ToNapiValue;

use crate::failure::{Failure, INTERNAL, Outcome};
use crate::pending::Pending;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that wait for the kernels, so that neither the event loop does nor the four threads that Node
/// reads files with. They start when there is work and end after a while without.
struct Executor {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
}

const IDLE_BEFORE_ENDING: Duration = Duration::from_secs(5);

static EXECUTOR: Executor =
    Executor { state: Mutex::new(State { jobs: VecDeque::new(), threads: 0, idle: 0 }), changed: Condvar::new() };

/// Does the work on another thread as soon as fewer calls than processors are under way, in order of arrival,
/// and settles the promise with its result, panics included.
pub fn run<T>(pending: Pending<T>, work: impl FnOnce() -> Outcome<T> + Send + 'static)
where
    T: ToNapiValue + Send + 'static,
{
    let mut state = EXECUTOR.lock();
    if let Err(failure) = state.expect_thread() {
        drop(state);
        return pending.settle(Err(failure));
    }
    state.jobs.push_back(Box::new(move || {
        let result = catch_unwind(AssertUnwindSafe(work));
        let panicked = |_| Err(Failure::new(INTERNAL, "The kernels panicked; what they wrote is undefined"));
        pending.settle(result.unwrap_or_else(panicked));
    }));
    drop(state);
    EXECUTOR.changed.notify_one();
}

/// Does something that nobody waits for on another thread, or here and now where none can be started.
pub fn run_aside(work: impl FnOnce() + Send + 'static) {
    let mut state = EXECUTOR.lock();
    if state.expect_thread().is_err() {
        drop(state);
        return work();
    }
    state.jobs.push_back(Box::new(work));
    drop(state);
    EXECUTOR.changed.notify_one();
}

/// How many threads the machine runs at once, as far as this process may use it. Asked once: on Linux the answer takes
/// several files to be read, a tenth of the time of halving a 4K frame.
pub fn limit() -> usize {
    static LIMIT: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));
    *LIMIT
}

fn start_thread() -> Outcome<()> {
    napi::bindgen_prelude::retain_current_module_for_unload_safety();
    thread::Builder::new()
        .name("framerail-job".to_owned())
        .spawn(|| EXECUTOR.serve())
        .map(drop)
        .map_err(|error| Failure::new(INTERNAL, format!("No thread could be started: {error}")))
}

impl State {
    /// Starts a thread for one more job if it would have to wait and there may be more threads.
    fn expect_thread(&mut self) -> Outcome<()> {
        if self.idle > self.jobs.len() || self.threads >= limit() {
            return Ok(());
        }
        match start_thread() {
            Ok(()) => self.threads += 1,
            // The threads that there are will come to it.
            Err(_) if self.threads > 0 => {}
            Err(failure) => return Err(failure),
        }
        Ok(())
    }
}

impl Executor {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                job();
                state = self.lock();
                continue;
            }
            state.idle += 1;
            let (woken, waited) =
                self.changed.wait_timeout(state, IDLE_BEFORE_ENDING).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.jobs.is_empty() {
                state.threads -= 1;
                return;
            }
        }
    }
}
