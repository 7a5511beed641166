//! Instruction sets, found at run time.

use crate::kernels::Kernels;
use crate::scalar;

/// A set of instructions that the kernels are written for. All give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstructionSet {
    /// Portable code.
    Scalar,
    /// x86-64 with AVX2 and FMA.
    Avx2,
    /// x86-64 with AVX-512 F, BW, DQ, VL, VBMI and VNNI (Ice Lake, Zen 4 and later).
    Avx512,
    /// 64-bit ARM.
    Neon,
}

impl InstructionSet {
    /// What this processor has, the fastest first; ends with [`Self::Scalar`].
    pub fn available() -> Vec<Self> {
        [Self::Avx512, Self::Avx2, Self::Neon, Self::Scalar].into_iter().filter(|set| set.is_available()).collect()
    }

    /// The fastest that this processor has.
    pub fn best() -> Self {
        Self::available()[0]
    }

    /// Its name in lower case: "scalar", "avx2", "avx512" or "neon".
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Neon => "neon",
        }
    }

    /// Whether this processor has it.
    pub fn is_available(self) -> bool {
        self.kernels().is_some()
    }

    pub(crate) fn kernels(self) -> Option<&'static Kernels> {
        match self {
            Self::Scalar => Some(&scalar::KERNELS),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if crate::avx2::is_available() => Some(&crate::avx2::KERNELS),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if crate::avx512::is_available() => Some(&crate::avx512::KERNELS),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => Some(&crate::neon::KERNELS),
            _ => None,
        }
    }
}
