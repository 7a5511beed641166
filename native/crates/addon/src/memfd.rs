#[cfg(target_os = "linux")]
mod class;
#[cfg(target_os = "linux")]
mod file;
#[cfg(target_os = "linux")]
mod peer;
#[cfg(not(target_os = "linux"))]
mod unsupported;
