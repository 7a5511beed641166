//! Y'CbCr to Y'CbCr, component by component.

use super::Run;
use super::component_rows::Components;
use super::resampler::{Across, Down, Kind, Plane8, Plane10, Resampler, Supply};
use super::storers::Code;
use crate::image::{Band, Format};
use crate::plain::PlainKernels;
use crate::program::{AxisMap, PlaneMap, PlanesWork};
use crate::work::{Codes, bayer_row};

/// Codes of a source's depth on their way to those of a target's.
trait Recode<T> {
    type Kind: Kind<Sample = Self>;
    /// The same codes, where depths are the same.
    fn same(row: &[Self]) -> &[T]
    where
        Self: Sized;
    fn recode(kernels: &PlainKernels, codes: &Codes, bayer: Option<&[u8; 8]>, row: &[Self], out: &mut [T])
    where
        Self: Sized;
}

const DEPTHS_DIFFER: &str = "a change of depth comes with codes";

impl Recode<u8> for u8 {
    type Kind = Plane8;
    fn same(row: &[u8]) -> &[u8] {
        row
    }
    fn recode(kernels: &PlainKernels, codes: &Codes, _: Option<&[u8; 8]>, row: &[u8], out: &mut [u8]) {
        (kernels.recode8)(codes, row, out);
    }
}

impl Recode<u16> for u8 {
    type Kind = Plane8;
    fn same(_: &[u8]) -> &[u16] {
        unreachable!("{DEPTHS_DIFFER}")
    }
    fn recode(kernels: &PlainKernels, codes: &Codes, _: Option<&[u8; 8]>, row: &[u8], out: &mut [u16]) {
        (kernels.recode8to10)(codes, row, out);
    }
}

impl Recode<u16> for u16 {
    type Kind = Plane10;
    fn same(row: &[u16]) -> &[u16] {
        row
    }
    fn recode(kernels: &PlainKernels, codes: &Codes, _: Option<&[u8; 8]>, row: &[u16], out: &mut [u16]) {
        (kernels.recode10)(codes, row, out);
    }
}

impl Recode<u8> for u16 {
    type Kind = Plane10;
    fn same(_: &[u16]) -> &[u8] {
        unreachable!("{DEPTHS_DIFFER}")
    }
    fn recode(kernels: &PlainKernels, codes: &Codes, bayer: Option<&[u8; 8]>, row: &[u16], out: &mut [u8]) {
        (kernels.recode10to8)(codes, bayer, row, out);
    }
}

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
    S: Recode<T> + Copy + Default + 'a,
    Components<'a>: Supply<'a, S, 1> + Supply<'a, S, 2>,
{
    let [y_map, cb_map, cr_map] = &work.components;
    let (kernels, format) = (run.kernels, run.program.target.format);
    let mut luma = Maker::<S, T, 1>::new(run, [y_map], 0, work.dithered);
    let mut chroma = Maker::<S, T, 2>::new(run, [cb_map, cr_map], 1, work.dithered);
    if format.is_packed_ycbcr() {
        for y in band.rows.clone() {
            let ([luma], [cb, cr]) = (luma.rows(y), chroma.rows(y));
            T::put_packed(kernels, format, &mut band, y, [luma, cb, cr]);
        }
        return;
    }
    for y in band.rows.clone() {
        let [row] = luma.rows(y);
        T::put_luma(kernels, format, &mut band, y, row);
    }
    let pairs = (run.source.format == Format::Nv12 && format == Format::Nv12).then(|| chroma.unchanged()).flatten();
    for y in band.chroma_rows(format) {
        if let Some((left, top)) = pairs {
            let out = band.row(1, y);
            let length = out.len();
            out.copy_from_slice(&run.source.row(1, top + y)[2 * left..2 * left + length]);
            continue;
        }
        T::put_chroma(kernels, format, &mut band, y, chroma.rows(y));
    }
}

/// Makes rows of one component, or of two that share their axes.
struct Maker<'a, S: Recode<T>, T, const C: usize> {
    components: Components<'a>,
    maps: [&'a PlaneMap; C],
    dithered: bool,
    resampler: Option<Resampler<'a, S::Kind, C>>,
    samples: [Vec<S>; C],
    codes: [Vec<T>; C],
}

impl<'a, S, T: Code, const C: usize> Maker<'a, S, T, C>
where
    S: Recode<T> + Copy + Default + 'a,
    Components<'a>: Supply<'a, S, C>,
{
    fn new(run: &Run<'a>, maps: [&'a PlaneMap; C], component: usize, dithered: bool) -> Self {
        let (source, target) = (&run.program.source, &run.program.target);
        let (source_width, _) = source.format.component_size(component, source.width, source.height);
        let (width, _) = target.format.component_size(component, target.width, target.height);
        let across = match &maps[0].horizontal {
            AxisMap::Copied { start } => Across::Copied(*start),
            AxisMap::Taps(taps) => Across::Taps(taps),
        };
        let down = match &maps[0].vertical {
            AxisMap::Copied { start } => Down::Copied(*start),
            AxisMap::Taps(taps) => Down::Taps(taps),
        };
        let copied = matches!((across, down), (Across::Copied(_), Down::Copied(_)));
        let length = if copied { source_width } else { width };
        Self {
            components: Components { image: run.source, kernels: run.kernels },
            maps,
            dithered,
            resampler: (!copied).then(|| Resampler::new(across, down, source_width, width)),
            samples: std::array::from_fn(|_| vec![S::default(); length]),
            codes: std::array::from_fn(|_| vec![T::default(); width]),
        }
    }

    /// First column and row, where samples are copied and codes stay.
    fn unchanged(&self) -> Option<(usize, usize)> {
        match (&self.maps[0].horizontal, &self.maps[0].vertical) {
            (AxisMap::Copied { start: left }, AxisMap::Copied { start: top })
                if self.maps.iter().all(|map| map.codes.is_none()) =>
            {
                Some((*left, *top))
            }
            _ => None,
        }
    }

    fn rows(&mut self, y: usize) -> [&[T]; C] {
        let Self { components, maps, dithered, resampler, samples, codes } = self;
        let kernels = &components.kernels.plain;
        let width = codes[0].len();
        let samples: [&[S]; C] = match (resampler, &maps[0].horizontal, &maps[0].vertical) {
            (Some(resampler), ..) => {
                resampler.produce(kernels, y, components, samples.each_mut().map(|row| &mut row[..]));
                samples.each_ref().map(|row| &row[..])
            }
            (None, AxisMap::Copied { start }, AxisMap::Copied { start: top }) => {
                let rows = match components.direct(top + y) {
                    Some(rows) => rows,
                    None => {
                        components.fill(top + y, samples.each_mut().map(|row| &mut row[..]));
                        samples.each_ref().map(|row| &row[..])
                    }
                };
                rows.map(|row| &row[*start..start + width])
            }
            _ => unreachable!("axes that aren't copied are resampled"),
        };
        let bayer = dithered.then(|| bayer_row(y));
        let mut results = [&[][..]; C];
        for (channel, (result, out)) in results.iter_mut().zip(codes).enumerate() {
            *result = match &maps[channel].codes {
                None => S::same(samples[channel]),
                Some(table) => {
                    S::recode(kernels, table, bayer, samples[channel], out);
                    out
                }
            };
        }
        results
    }
}
