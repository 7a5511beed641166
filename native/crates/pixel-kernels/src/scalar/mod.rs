//! Portable kernels: the definition that every other instruction set must equal, and what finishes their rows.

mod forward;
mod inverse;
mod moves;
mod operations;
mod scale;

use crate::kernels::Kernels;
use crate::plain::PORTABLE;

pub(crate) use forward::rgb_to_ycbcr_from;
pub(crate) use inverse::{blend_chroma, subsampled_to_rgb, ycbcr_to_rgb_from};
pub(crate) use moves::{deinterleave, interleave, swap_red_blue};
pub(crate) use operations::{color_matrix, overlay};
pub(crate) use scale::{scale_columns_from, scale_rows};

pub(crate) static KERNELS: Kernels = Kernels {
    rgb_to_ycbcr: |forward, rows, out| rgb_to_ycbcr_from(0, forward, rows, out),
    blend_chroma,
    ycbcr_to_rgb: |inverse, row, out| ycbcr_to_rgb_from(0, inverse, row, out),
    subsampled_to_rgb,
    scale_columns: |row, columns, out| scale_columns_from(0, row, columns, out),
    scale_rows,
    color_matrix,
    overlay,
    swap_red_blue,
    interleave,
    deinterleave,
    plain: PORTABLE,
};
