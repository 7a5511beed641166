//! AVX-512 kernels (F, BW, DQ, VL, VBMI, VNNI): whole blocks of a row, the rest of it by the scalar code.

mod chroma;
mod forward;
mod halve;
mod inverse;
mod inverse_fixed;
mod inverse_nearest;
mod lanes;
mod luma;
mod operations;
mod packed;
mod scale;
mod terms;

use crate::kernels::Kernels;
use crate::plain::{self, PlainKernels};

/// Whether this processor and its system run these kernels.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vnni")
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
    subsampled_to_rgb: detected!(inverse_fixed::subsampled_to_rgb, inverse, row, memory, out),
    scale_columns: detected!(scale::scale_columns, row, columns, out),
    scale_rows: detected!(scale::scale_rows, rows, weight, bits, out),
    color_matrix: detected!(operations::color_matrix, matrix, row),
    overlay: detected!(operations::overlay, target, source, opacity),
    swap_red_blue: detected!(operations::swap_red_blue, source, target),
    interleave: detected!(operations::interleave, cb, cr, target),
    deinterleave: detected!(operations::deinterleave, source, cb, cr),
    plain: PlainKernels {
        round_high10: detected!(packed::round_high10, words, out),
        luma_of_yuy2: detected!(packed::luma_of_yuy2, row, out),
        chroma_of_yuy2: detected!(packed::chroma_of_yuy2, rows, out),
        stream_yuy2: detected!(packed::stream_yuy2, rows, ahead, luma, chroma),
        halve_box: detected!(halve::halve_box, rows, ahead, out),
        halve_quarters: detected!(halve::halve_quarters, rows, ahead, across, down, out),
        halve_pairs: detected!(halve::halve_pairs, rows, ahead, across, down, out),
        halve_pixels: detected!(halve::halve_pixels, rows, out),
        ..plain::AVX512
    },
};
