use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard};

/// Ends the poll() of the thread that holds the [`WakeSource`].
pub struct Wake {
    /// Gone once the thread is done, so that a pipe costs no file before its object is collected.
    sender: Mutex<Option<UnixStream>>,
}

/// The thread's end.
pub struct WakeSource {
    receiver: UnixStream,
}

impl Wake {
    pub fn pair() -> std::io::Result<(Self, WakeSource)> {
        let (sender, receiver) = UnixStream::pair()?;
        sender.set_nonblocking(true)?;
        receiver.set_nonblocking(true)?;
        Ok((Self { sender: Mutex::new(Some(sender)) }, WakeSource { receiver }))
    }

    pub fn wake(&self) {
        if let Some(sender) = self.sender().as_mut() {
            // A full buffer means that the wake-up is already there to be seen.
            let _ = sender.write(&[1]);
        }
    }

    /// Later wake-ups are for nobody.
    pub fn close(&self) {
        self.sender().take();
    }

    fn sender(&self) -> MutexGuard<'_, Option<UnixStream>> {
        self.sender.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl WakeSource {
    /// Readable from the first call of [`Wake::wake`] until [`WakeSource::drain`].
    pub fn source(&self) -> BorrowedFd<'_> {
        self.receiver.as_fd()
    }

    pub fn drain(&self) {
        let mut bytes = [0; 64];
        loop {
            match (&self.receiver).read(&mut bytes) {
                Ok(count) if count == bytes.len() => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return,
            }
        }
    }
}
