use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

/// Ends the poll() of another thread.
pub struct Wake {
    sender: UnixStream,
    receiver: UnixStream,
}

impl Wake {
    pub fn new() -> std::io::Result<Self> {
        let (sender, receiver) = UnixStream::pair()?;
        sender.set_nonblocking(true)?;
        receiver.set_nonblocking(true)?;
        Ok(Self { sender, receiver })
    }

    /// Readable from the first call of [`Wake::wake`] until [`Wake::drain`].
    pub fn source(&self) -> BorrowedFd<'_> {
        self.receiver.as_fd()
    }

    pub fn wake(&self) {
        // A full buffer means that the wake-up is already there to be seen.
        let _ = (&self.sender).write(&[1]);
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
