#[cfg(unix)]
mod piped;
#[cfg(not(unix))]
mod unsupported;
