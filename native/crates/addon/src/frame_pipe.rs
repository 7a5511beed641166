#[cfg(unix)]
mod piped;
#[cfg(not(unix))]
mod unsupported;

#[cfg(unix)]
pub use piped::{capacity_of, failure_of};
