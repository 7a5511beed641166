//! Rows of a chain into the target's format.

mod codes;
mod exact;
mod form;
mod rgb;
mod window;

pub(super) use codes::Code;

use super::Run;
use super::chain::Chain;
use crate::image::{Band, Format};
use crate::program::Pixels;
use crate::work::Depth;

/// Fills a band of the target.
pub(super) fn write(run: &Run, pixels: &Pixels, chain: &mut Chain, mut band: Band) {
    let (storer, format) = (&pixels.storer, run.program.target.format);
    match (&storer.form, storer.depth) {
        (Some(form), Depth::Eight) => form::write::<u8>(run, storer, form, chain, &mut band),
        (Some(form), Depth::Sixteen) => form::write::<u16>(run, storer, form, chain, &mut band),
        (None, Depth::Sixteen) => rgb::write_from_16(run, storer, chain, &mut band),
        (None, Depth::Eight) => match format {
            Format::Rgba | Format::Bgra => rgb::write_from_8(run, pixels, chain, &mut band),
            Format::Nv12 | Format::I420 => exact::write_420(run, storer, chain, &mut band),
            Format::I444 => exact::write_444(run, storer, chain, &mut band),
            _ => exact::write_422(run, storer, chain, &mut band),
        },
    }
}
