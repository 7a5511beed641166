//! Values through tables of codes.

use crate::plain::PlainKernels;
use crate::work::Codes;

/// Values on their way to a target's codes.
pub(super) trait Recode<T>: Sized {
    /// The same codes, where depths are the same.
    fn same(row: &[Self]) -> &[T];
    fn same_mut(row: &mut [T]) -> &mut [Self];
    fn recode(kernels: &PlainKernels, codes: &Codes, bayer: Option<&[u8; 8]>, row: &[Self], out: &mut [T]);
}

const DEPTHS_DIFFER: &str = "checked: a change of depth comes with codes";

impl Recode<u8> for u8 {
    fn same(row: &[u8]) -> &[u8] {
        row
    }

    fn same_mut(row: &mut [u8]) -> &mut [u8] {
        row
    }

    fn recode(kernels: &PlainKernels, codes: &Codes, _: Option<&[u8; 8]>, row: &[u8], out: &mut [u8]) {
        (kernels.recode8)(codes, row, out);
    }
}

impl Recode<u16> for u8 {
    fn same(_: &[u8]) -> &[u16] {
        unreachable!("{DEPTHS_DIFFER}")
    }

    fn same_mut(_: &mut [u16]) -> &mut [u8] {
        unreachable!("{DEPTHS_DIFFER}")
    }

    fn recode(kernels: &PlainKernels, codes: &Codes, _: Option<&[u8; 8]>, row: &[u8], out: &mut [u16]) {
        (kernels.recode8to10)(codes, row, out);
    }
}

impl Recode<u16> for u16 {
    fn same(row: &[u16]) -> &[u16] {
        row
    }

    fn same_mut(row: &mut [u16]) -> &mut [u16] {
        row
    }

    fn recode(kernels: &PlainKernels, codes: &Codes, _: Option<&[u8; 8]>, row: &[u16], out: &mut [u16]) {
        (kernels.recode10)(codes, row, out);
    }
}

impl Recode<u8> for u16 {
    fn same(_: &[u16]) -> &[u8] {
        unreachable!("{DEPTHS_DIFFER}")
    }

    fn same_mut(_: &mut [u8]) -> &mut [u16] {
        unreachable!("{DEPTHS_DIFFER}")
    }

    fn recode(kernels: &PlainKernels, codes: &Codes, bayer: Option<&[u8; 8]>, row: &[u16], out: &mut [u8]) {
        (kernels.recode10to8)(codes, bayer, row, out);
    }
}
