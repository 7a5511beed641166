use std::thread;

use super::ends::errno_of;
use super::fault::{Fault, PipeResult};

/// A pipe's thread holds a few words of state; the rest of its stack is for the callbacks.
const STACK_BYTES: usize = 256 * 1024;

/// Starts the thread of one pipe. Signals stay with the program's own threads, and SIGPIPE in particular
/// never ends it: a reader that has gone is an answer of write(), told to the caller.
pub fn start(name: &str, run: impl FnOnce() + Send + 'static) -> PipeResult<()> {
    thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            block_signals();
            run();
        })
        .map(drop)
        .map_err(|error| Fault::System("pthread_create", errno_of(&error)))
}

fn block_signals() {
    // SAFETY: the set is initialised by sigfillset before it is read, and the old mask isn't asked for.
    unsafe {
        let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), std::ptr::null_mut());
    }
}
