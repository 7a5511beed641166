//! AVX2 and FMA kernels: whole blocks of a row, the rest of it by the scalar code.

mod chroma;
mod forward;
mod inverse;
mod lanes;
mod luma;
mod operations;
mod scale;

use crate::kernels::Kernels;
use crate::plain;

/// Whether this processor and its system run these kernels.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// Gives a kernel with features the type of one without.
macro_rules! detected {
    ($kernel:path, $($argument:ident),+) => {
        |$($argument),+| {
            // SAFETY: `dispatch` gives this table away only where `is_available` has found the features.
            unsafe { $kernel($($argument),+) }
        }
    };
}

/// To be used only where [`is_available`] says so.
pub(crate) static KERNELS: Kernels = Kernels {
    rgb_to_ycbcr: detected!(forward::rgb_to_ycbcr, forward, rows, out),
    blend_chroma: detected!(inverse::blend_chroma, rows, weights, cb, cr),
    ycbcr_to_rgb: detected!(inverse::ycbcr_to_rgb, inverse, row, out),
    subsampled_to_rgb: detected!(inverse::subsampled_to_rgb, inverse, row, memory, out),
    scale_columns: detected!(scale::scale_columns, row, columns, out),
    scale_rows: detected!(scale::scale_rows, rows, weight, bits, out),
    color_matrix: detected!(operations::color_matrix, matrix, row),
    overlay: detected!(operations::overlay, target, source, opacity),
    swap_red_blue: detected!(operations::swap_red_blue, source, target),
    interleave: detected!(operations::interleave, cb, cr, target),
    deinterleave: detected!(operations::deinterleave, source, cb, cr),
    plain: plain::AVX2,
};
