//! What JavaScript sees of the addon: thin calls over the pixel kernels, over memory of its own, and over the
//! pipes that frames cross to and from other processes. The types are in `packages/native/src/binding.ts`.

// napi-derive leaves its registrations out of test builds, where nothing calls what they would export.
#![cfg_attr(test, allow(dead_code))]

mod argument;
mod bytes;
mod convert;
mod executor;
mod failure;
mod frame_pipe;
mod frame_reader;
mod image;
mod loan;
mod memfd;
mod memory;
mod metrics;
mod pending;
#[cfg(unix)]
mod pipe;
mod program;
mod system;
mod tables;
mod teardown;
mod thread_pools;
