//! Rows of codes into the planes of a target.

use crate::image::{Band, Format};
use crate::kernels::Kernels;

/// Codes of a target's depth, and how its formats hold them.
pub(in crate::strips) trait Code: Copy + Default {
    /// Where codes can be written as they are.
    fn luma_memory<'b>(band: &'b mut Band, y: usize) -> Option<&'b mut [Self]>;
    fn chroma_memory<'b>(format: Format, band: &'b mut Band, y: usize) -> Option<[&'b mut [Self]; 2]>;
    fn put_luma(kernels: &Kernels, format: Format, band: &mut Band, y: usize, row: &[Self]);
    fn put_chroma(kernels: &Kernels, format: Format, band: &mut Band, y: usize, rows: [&[Self]; 2]);
    /// A row of a format that has all components in one plane.
    fn put_packed(kernels: &Kernels, format: Format, band: &mut Band, y: usize, rows: [&[Self]; 3]);
}

impl Code for u8 {
    fn luma_memory<'b>(band: &'b mut Band, y: usize) -> Option<&'b mut [u8]> {
        Some(band.row(0, y))
    }

    fn chroma_memory<'b>(format: Format, band: &'b mut Band, y: usize) -> Option<[&'b mut [u8]; 2]> {
        (format.plane_count() == 3).then(|| band.chroma_pair(y))
    }

    fn put_luma(_: &Kernels, _: Format, band: &mut Band, y: usize, row: &[u8]) {
        band.row(0, y).copy_from_slice(row);
    }

    fn put_chroma(kernels: &Kernels, format: Format, band: &mut Band, y: usize, [cb, cr]: [&[u8]; 2]) {
        if format == Format::Nv12 {
            (kernels.interleave)(cb, cr, band.row(1, y));
        } else {
            band.row(1, y).copy_from_slice(cb);
            band.row(2, y).copy_from_slice(cr);
        }
    }

    fn put_packed(kernels: &Kernels, format: Format, band: &mut Band, y: usize, [luma, cb, cr]: [&[u8]; 3]) {
        match format {
            Format::Yuy2 => (kernels.plain.join_yuy2)(luma, cb, cr, band.row(0, y)),
            _ => (kernels.plain.join_uyvy)(luma, cb, cr, band.row(0, y)),
        }
    }
}

impl Code for u16 {
    fn luma_memory<'b>(_: &'b mut Band, _: usize) -> Option<&'b mut [u16]> {
        None
    }

    fn chroma_memory<'b>(_: Format, _: &'b mut Band, _: usize) -> Option<[&'b mut [u16]; 2]> {
        None
    }

    fn put_luma(kernels: &Kernels, format: Format, band: &mut Band, y: usize, row: &[u16]) {
        match format {
            Format::P010 => (kernels.plain.pack_high10)(row, band.row(0, y)),
            _ => (kernels.plain.pack_low10)(row, band.row(0, y)),
        }
    }

    fn put_chroma(kernels: &Kernels, format: Format, band: &mut Band, y: usize, [cb, cr]: [&[u16]; 2]) {
        if format == Format::P010 {
            (kernels.plain.join_high10)(cb, cr, band.row(1, y));
        } else {
            (kernels.plain.pack_low10)(cb, band.row(1, y));
            (kernels.plain.pack_low10)(cr, band.row(2, y));
        }
    }

    fn put_packed(_: &Kernels, format: Format, _: &mut Band, _: usize, _: [&[u16]; 3]) {
        unreachable!("{format:?} has 8 bits");
    }
}
