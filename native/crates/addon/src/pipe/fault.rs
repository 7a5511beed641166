use rustix::io::Errno;

/// Why a request on a pipe was not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The other process closed its end before it had everything.
    Broken,
    /// This side gave up.
    Canceled,
    /// The request came after the end was announced.
    Ended,
    /// Splicing was demanded, and the system refuses it.
    SpliceRefused(Errno),
    /// Any other answer of the system, and the call that gave it.
    System(&'static str, Errno),
}

pub type PipeResult<T> = Result<T, Fault>;
