//! RGB targets.

use crate::image::{Band, Format};
use crate::program::{Pixels, Storer};
use crate::strips::Run;
use crate::strips::chain::Chain;
use crate::work::bayer_row;

pub(super) fn write_from_8(run: &Run, pixels: &Pixels, chain: &mut Chain, band: &mut Band) {
    let (source, target) = (run.program.source.format, run.program.target.format);
    let is_whole = pixels.passes.len() == 1 && pixels.passes[0].steps.is_empty();
    if is_whole && !source.is_ycbcr() {
        for y in band.rows.clone() {
            if source == target {
                band.row(0, y).copy_from_slice(run.source.row(0, y));
            } else {
                (run.kernels.swap_red_blue)(run.source.row(0, y), band.row(0, y));
            }
        }
        return;
    }
    // A Y'CbCr source without steps has written B G R A itself, where that is exact.
    let swap = target == Format::Bgra && !(is_whole && pixels.loader.form.is_none());
    let mut row = vec![0; if swap { 4 * run.program.target.width as usize } else { 0 }];
    for y in band.rows.clone() {
        if swap {
            chain.produce(y, &mut row);
            (run.kernels.swap_red_blue)(&row, band.row(0, y));
        } else {
            chain.produce(y, band.row(0, y));
        }
    }
}

pub(super) fn write_from_16(run: &Run, storer: &Storer, chain: &mut Chain, band: &mut Band) {
    let (kernels, format) = (run.kernels, run.program.target.format);
    let length = 4 * run.program.target.width as usize;
    let mut row = vec![0u16; length];
    let mut bytes = vec![0; if format == Format::Bgra { length } else { 0 }];
    for y in band.rows.clone() {
        chain.produce(y, &mut row);
        let narrow = |out: &mut [u8]| match storer.dithered {
            true => (kernels.plain.narrow_dithered)(&row, bayer_row(y), out),
            false => (kernels.plain.narrow)(&row, out),
        };
        match format {
            Format::Rgba16F if storer.takes_halfs => (kernels.plain.write_halfs)(&row, band.row(0, y)),
            Format::Rgba16F => (kernels.plain.store_half)(&row, band.row(0, y)),
            Format::Bgra => {
                narrow(&mut bytes);
                (kernels.swap_red_blue)(&bytes, band.row(0, y));
            }
            _ => narrow(band.row(0, y)),
        }
    }
}
