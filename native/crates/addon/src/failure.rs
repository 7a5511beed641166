use napi::{Status, bindgen_prelude::ToNapiValue};

/// What a call from JavaScript failed with; becomes an Error with `code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
}

pub type Outcome<T> = Result<T, Failure>;

/// An argument that isn't what the function takes.
pub const INVALID_ARGUMENT: &str = "E_INVALID_ARGUMENT";
/// Memory that a call under way still uses.
pub const BUFFER_BUSY: &str = "E_BUFFER_BUSY";
/// Something that this machine, system or build can't do.
pub const UNSUPPORTED: &str = "E_UNSUPPORTED";
/// The system has no memory left to give.
pub const OUT_OF_MEMORY: &str = "E_OUT_OF_MEMORY";
/// The JavaScript engine takes no memory from outside, as Electron's doesn't.
pub const EXTERNAL_BUFFERS_REFUSED: &str = "E_EXTERNAL_BUFFERS_REFUSED";
/// A defect of the addon.
pub const INTERNAL: &str = "E_INTERNAL";

impl Failure {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// "Expected … but received …", the one shape of complaints about arguments.
    pub fn argument(expected: impl std::fmt::Display, received: impl std::fmt::Display) -> Self {
        Self::new(INVALID_ARGUMENT, format!("Expected {expected} but received {received}"))
    }

    /// Keeps the code when the failure rejects a promise: napi's own errors would put their status in its place.
    pub fn into_rejection(self, env: napi::Env) -> napi::Error {
        // SAFETY: called on the thread of `env`, inside a callback of it; the value made is used at once.
        let raw = unsafe { ToNapiValue::to_napi_value(env.raw(), napi::Error::from(self.clone())) };
        match raw {
            // SAFETY: the value was just made in this environment.
            Ok(value) => napi::Error::from(unsafe { napi::Unknown::from_raw_unchecked(env.raw(), value) }),
            Err(_) => napi::Error::new(Status::GenericFailure, self.message),
        }
    }
}

impl From<Failure> for napi::Error<&'static str> {
    fn from(failure: Failure) -> Self {
        napi::Error::new(failure.code, failure.message)
    }
}

/// napi's own failures mean that the engine refused something that the addon relies on.
impl From<napi::Error> for Failure {
    fn from(error: napi::Error) -> Self {
        Self::new(INTERNAL, format!("Node-API answered {}: {}", error.status, error.reason))
    }
}
