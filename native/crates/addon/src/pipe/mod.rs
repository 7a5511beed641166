//! Pipes whose far end another process holds. Nothing here knows Node-API: memory comes as raw ranges that
//! the caller keeps alive, and what became of a request goes to a callback.

mod backoff;
mod ends;
mod fault;
mod reader;
mod reader_thread;
mod service;
mod transport;
mod wake;
mod writer;
mod writer_thread;

pub use ends::MIN_CAPACITY_BYTES;
pub use fault::Fault;
pub use reader::{PipeReader, Target};
pub use transport::{Mode, Range};
pub use writer::PipeWriter;

#[cfg(test)]
mod tests;
