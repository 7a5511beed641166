//! NEON kernels: whole blocks of a row, the rest of it by the scalar code. Every 64-bit ARM processor has them.

mod forward;
mod inverse;
mod lanes;
mod operations;

use crate::kernels::Kernels;
use crate::plain::PORTABLE;
use crate::scalar;

/// Gives a kernel with features the type of one without.
macro_rules! detected {
    ($kernel:path, $($argument:ident),+) => {
        |$($argument),+| {
            // SAFETY: NEON is part of 64-bit ARM.
            unsafe { $kernel($($argument),+) }
        }
    };
}

pub(crate) static KERNELS: Kernels = Kernels {
    rgb_to_ycbcr: detected!(forward::rgb_to_ycbcr, forward, rows, out),
    blend_chroma: scalar::blend_chroma,
    ycbcr_to_rgb: detected!(inverse::ycbcr_to_rgb, inverse, row, out),
    subsampled_to_rgb: detected!(inverse::subsampled_to_rgb, inverse, row, memory, out),
    scale_columns: |row, columns, out| scalar::scale_columns_from(0, row, columns, out),
    scale_rows: detected!(operations::scale_rows, rows, weight, bits, out),
    color_matrix: detected!(operations::color_matrix, matrix, row),
    overlay: detected!(operations::overlay, target, source, opacity),
    swap_red_blue: scalar::swap_red_blue,
    interleave: scalar::interleave,
    deinterleave: scalar::deinterleave,
    plain: PORTABLE,
};
