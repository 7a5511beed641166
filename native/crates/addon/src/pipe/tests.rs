mod reading;
mod writing;

use std::fs::File;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::ends::FarEnd;
use super::fault::PipeResult;

/// How long a test waits for something that must come before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// The other process's end: a copy of it, with ours closed.
fn take_far(far: &FarEnd) -> File {
    let number = far.number().unwrap();
    // SAFETY: the descriptor is open until `close` below.
    let copy: OwnedFd = unsafe { BorrowedFd::borrow_raw(number) }.try_clone_to_owned().unwrap();
    far.close();
    File::from(copy)
}

type Callback<T> = Box<dyn FnOnce(PipeResult<T>) + Send>;

/// A callback and where its answer arrives.
fn answer<T: Send + 'static>() -> (Callback<T>, Receiver<PipeResult<T>>) {
    let (sender, receiver) = channel();
    (Box::new(move |result| drop(sender.send(result))), receiver)
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % limit
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}
