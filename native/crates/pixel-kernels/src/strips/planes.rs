//! Y'CbCr to Y'CbCr, component by component.

use super::Run;
use super::component_maker::{ComponentMaker, Source};
use super::component_rows::Components;
use super::recode::Recode;
use super::resampler::Supply;
use super::storers::Code;
use crate::image::{Band, Format};
use crate::program::PlanesWork;

pub(super) fn run(run: &Run, work: &PlanesWork, band: Band) {
    match (run.program.source.format.bits(), run.program.target.format.bits()) {
        (8, 8) => typed::<u8, u8>(run, work, band),
        (8, _) => typed::<u8, u16>(run, work, band),
        (_, 8) => typed::<u16, u8>(run, work, band),
        _ => typed::<u16, u16>(run, work, band),
    }
}

fn typed<'a, S, T: Code>(run: &Run<'a>, work: &'a PlanesWork, mut band: Band)
where
    S: Source + Recode<T> + 'a,
    u16: Recode<T>,
    Components<'a>: Supply<'a, S, 1> + Supply<'a, S, 2>,
{
    let [y_map, cb_map, cr_map] = &work.components;
    let (kernels, format) = (run.kernels, run.program.target.format);
    let mut luma = ComponentMaker::<S, T, 1>::new(run, [y_map], 0, work.dithered);
    let mut chroma = ComponentMaker::<S, T, 2>::new(run, [cb_map, cr_map], 1, work.dithered);
    if format.is_packed_ycbcr() {
        for y in band.rows.clone() {
            let ([luma], [cb, cr]) = (luma.rows(y), chroma.rows(y));
            T::put_packed(kernels, format, &mut band, y, [luma, cb, cr]);
        }
        return;
    }
    for y in band.rows.clone() {
        match T::luma_memory(&mut band, y) {
            Some(row) => luma.write(y, [row]),
            None => T::put_luma(kernels, format, &mut band, y, luma.rows(y)[0]),
        }
    }
    let pairs = (run.source.format == Format::Nv12 && format == Format::Nv12).then(|| chroma.unchanged()).flatten();
    for y in band.chroma_rows(format) {
        if let Some((left, top)) = pairs {
            let out = band.row(1, y);
            let length = out.len();
            out.copy_from_slice(&run.source.row(1, top + y)[2 * left..2 * left + length]);
            continue;
        }
        match T::chroma_memory(format, &mut band, y) {
            Some(rows) => chroma.write(y, rows),
            None => T::put_chroma(kernels, format, &mut band, y, chroma.rows(y)),
        }
    }
}
