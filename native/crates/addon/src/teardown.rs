use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use napi::{Env, sys};

use crate::failure::Outcome;

/// Opened once when a call is done with JavaScript's memory.
#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub fn open(&self) {
        *self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = true;
        self.opened.notify_all();
    }

    fn wait(&self) {
        let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        while !*open {
            open = self.opened.wait(open).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }
}

/// Makes the environment wait at its end (process.exit(), a worker that is terminated) for a call under way:
/// its memory is freed right after, and threads still reading it would crash the process.
pub struct TeardownHook(Arc<Hook>);

struct Hook {
    gate: Arc<Gate>,
    /// Makes the call finish soon.
    cancel: Box<dyn Fn() + Send + Sync>,
    ran: AtomicBool,
}

impl TeardownHook {
    /// On the environment's thread.
    pub fn register(env: Env, gate: Arc<Gate>, cancel: Box<dyn Fn() + Send + Sync>) -> Outcome<Self> {
        let hook = Arc::new(Hook { gate, cancel, ran: AtomicBool::new(false) });
        let data = Arc::into_raw(Arc::clone(&hook)).cast_mut().cast::<c_void>();
        // SAFETY: `run` and `release` take the reference that `data` is back, whichever comes first and only one.
        let status = unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(run), data) };
        if status != sys::Status::napi_ok {
            // SAFETY: nobody else has the reference, since the registration failed.
            drop(unsafe { Arc::from_raw(data.cast::<Hook>()) });
            return Err(napi::Error::new(napi::Status::from(status), "no hook could be registered").into());
        }
        Ok(Self(hook))
    }

    /// On the environment's thread, once the call is done.
    pub fn release(self, env: Env) {
        if self.0.ran.load(Ordering::Relaxed) {
            return;
        }
        let data = Arc::as_ptr(&self.0).cast_mut().cast::<c_void>();
        // SAFETY: registered with the same data and not run yet, so the reference is still the registration's.
        unsafe {
            sys::napi_remove_env_cleanup_hook(env.raw(), Some(run), data);
            drop(Arc::from_raw(data.cast::<Hook>()));
        }
    }
}

unsafe extern "C" fn run(data: *mut c_void) {
    // SAFETY: the data is the reference that `register` gave away, and Node runs a hook once.
    let hook = unsafe { Arc::from_raw(data.cast::<Hook>()) };
    hook.ran.store(true, Ordering::Relaxed);
    (hook.cancel)();
    hook.gate.wait();
}
