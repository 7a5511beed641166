//! Rows of the components of a Y'CbCr image, wherever its format keeps them.

use super::resampler::Supply;
use crate::image::{Format, Image};
use crate::kernels::Kernels;

/// Gives rows of luma (one at once) and of chroma (two at once), in codes of the image's depth.
#[derive(Clone, Copy)]
pub(super) struct Components<'a> {
    pub image: Image<'a>,
    pub kernels: &'static Kernels,
}

impl<'a> Supply<'a, u8, 1> for Components<'a> {
    fn direct(&self, y: usize) -> Option<[&'a [u8]; 1]> {
        (!self.image.format.is_packed_ycbcr()).then(|| [self.image.row(0, y)])
    }

    fn fill(&mut self, y: usize, [out]: [&mut [u8]; 1]) {
        let (plain, row) = (&self.kernels.plain, self.image.row(0, y));
        match self.image.format {
            Format::Yuy2 => (plain.split_yuy2)(row, out, &mut [], &mut []),
            Format::Uyvy => (plain.split_uyvy)(row, out, &mut [], &mut []),
            _ => out.copy_from_slice(row),
        }
    }
}

impl<'a> Supply<'a, u8, 2> for Components<'a> {
    fn direct(&self, y: usize) -> Option<[&'a [u8]; 2]> {
        (self.image.format.plane_count() == 3).then(|| [self.image.row(1, y), self.image.row(2, y)])
    }

    fn fill(&mut self, y: usize, [cb, cr]: [&mut [u8]; 2]) {
        let (plain, image) = (&self.kernels.plain, &self.image);
        match image.format {
            Format::Yuy2 => (plain.split_yuy2)(image.row(0, y), &mut [], cb, cr),
            Format::Uyvy => (plain.split_uyvy)(image.row(0, y), &mut [], cb, cr),
            Format::Nv12 => (self.kernels.deinterleave)(image.row(1, y), cb, cr),
            _ => {
                cb.copy_from_slice(image.row(1, y));
                cr.copy_from_slice(image.row(2, y));
            }
        }
    }
}

impl<'a> Supply<'a, u16, 1> for Components<'a> {
    fn direct(&self, _: usize) -> Option<[&'a [u16]; 1]> {
        None
    }

    fn fill(&mut self, y: usize, [out]: [&mut [u16]; 1]) {
        let (plain, row) = (&self.kernels.plain, self.image.row(0, y));
        match self.image.format {
            Format::P010 => (plain.unpack_high10)(row, out),
            _ => (plain.unpack_low10)(row, out),
        }
    }
}

impl<'a> Supply<'a, u16, 2> for Components<'a> {
    fn direct(&self, _: usize) -> Option<[&'a [u16]; 2]> {
        None
    }

    fn fill(&mut self, y: usize, [cb, cr]: [&mut [u16]; 2]) {
        let (plain, image) = (&self.kernels.plain, &self.image);
        if image.format == Format::P010 {
            (plain.split_high10)(image.row(1, y), cb, cr);
        } else {
            (plain.unpack_low10)(image.row(1, y), cb);
            (plain.unpack_low10)(image.row(2, y), cr);
        }
    }
}
