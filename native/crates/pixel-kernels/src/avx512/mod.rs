//! AVX-512 kernels (F, BW, DQ, VL, VBMI, VNNI): 64 pixels at a time; what is left of a row is done by the scalar code.

mod chroma;
mod forward;
mod lanes;
mod luma;

use crate::kernels::Kernels;
use crate::scalar;

/// Whether this processor and its system run these kernels.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vnni")
}

/// To be used only where [`is_available`] says so.
pub(crate) static KERNELS: Kernels = Kernels {
    // SAFETY: `is_available` has found the features of the kernels called here.
    rgb_to_ycbcr: |forward, rows, out| unsafe { forward::rgb_to_ycbcr(forward, rows, out) },
    ..scalar::KERNELS
};
