//! What can be wrong with a call; every variant says what was expected and what came.

use std::error::Error;
use std::fmt;

/// A refused call. Nothing has been written to the target when one is returned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KernelError {
    /// A width or height outside 1..=65535.
    Size {
        /// What the size belongs to ("source", "target", "scale", "overlay").
        what: &'static str,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A stride shorter than a row of its plane.
    Stride {
        /// Which image.
        what: &'static str,
        /// Index of the plane.
        plane: usize,
        /// The stride given, in bytes.
        stride: usize,
        /// Bytes of a row of this plane.
        row_bytes: usize,
    },
    /// A plane that reaches beyond its data.
    Bounds {
        /// Which image.
        what: &'static str,
        /// Index of the plane.
        plane: usize,
        /// Bytes that the data must have at least.
        needed: usize,
        /// Bytes that it has.
        actual: usize,
    },
    /// Two planes of a target that share bytes.
    Overlap {
        /// Index of one plane.
        first: usize,
        /// Index of the other.
        second: usize,
    },
    /// What the operations give is not the target's size, or two compared images differ in size or format.
    Mismatch {
        /// What was expected.
        expected: String,
        /// What came.
        actual: String,
    },
    /// An operation's parameter outside its range.
    Operation {
        /// What is wrong with it.
        message: String,
    },
    /// The processor lacks the instruction set that was asked for.
    InstructionSet {
        /// Its name.
        name: &'static str,
    },
    /// The system gives no memory for a frame between two passes.
    Memory {
        /// Bytes that were needed.
        bytes: usize,
    },
    /// The threads could not be started.
    Threads {
        /// The system's reason.
        message: String,
    },
}

impl KernelError {
    /// A stable code for programs to compare.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Size { .. } => "E_IMAGE_SIZE",
            Self::Stride { .. } => "E_PLANE_STRIDE",
            Self::Bounds { .. } => "E_PLANE_BOUNDS",
            Self::Overlap { .. } => "E_PLANE_OVERLAP",
            Self::Mismatch { .. } => "E_IMAGE_MISMATCH",
            Self::Operation { .. } => "E_OPERATION",
            Self::InstructionSet { .. } => "E_INSTRUCTION_SET",
            Self::Memory { .. } => "E_OUT_OF_MEMORY",
            Self::Threads { .. } => "E_THREADS",
        }
    }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { what, width, height } => {
                write!(f, "Expected a {what} of 1 to 65535 pixels a side but received {width}x{height}")
            }
            Self::Stride { what, plane, stride, row_bytes } => write!(
                f,
                "Expected a stride of at least {row_bytes} bytes for plane {plane} of the {what} but received {stride}"
            ),
            Self::Bounds { what, plane, needed, actual } => write!(
                f,
                "Expected at least {needed} bytes of data for plane {plane} of the {what} but received {actual}"
            ),
            Self::Overlap { first, second } => {
                write!(f, "Expected separate planes in the target but planes {first} and {second} share bytes")
            }
            Self::Mismatch { expected, actual } => write!(f, "Expected {expected} but received {actual}"),
            Self::Operation { message } => f.write_str(message),
            Self::InstructionSet { name } => {
                write!(f, "Expected an instruction set that this processor has but received {name}")
            }
            Self::Memory { bytes } => {
                write!(f, "Expected {bytes} bytes of memory for a turned frame but the system refused")
            }
            Self::Threads { message } => write!(f, "The threads could not be started: {message}"),
        }
    }
}

impl Error for KernelError {}
