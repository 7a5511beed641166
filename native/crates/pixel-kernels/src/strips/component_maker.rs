//! Rows of one component, or of two that share their axes, in a target's codes.

use super::Run;
use super::component_rows::Components;
use super::kinds::{Kind, Plane8, Plane8To12, Plane10, Plane10To12};
use super::recode::Recode;
use super::resampler::{Across, Down, Resampler, Supply};
use crate::program::{AxisMap, PlaneMap};
use crate::work::{Codes, bayer_row};

/// Codes of a source's depth.
pub(super) trait Source: Copy + Default {
    type Same: Kind<Sample = Self, Out = Self>;
    type Twelve: Kind<Sample = Self, Out = u16>;
}

impl Source for u8 {
    type Same = Plane8;
    type Twelve = Plane8To12;
}

impl Source for u16 {
    type Same = Plane10;
    type Twelve = Plane10To12;
}

/// Where a component's rows come from.
enum Rows<'a, S: Source, const C: usize> {
    /// As they lie, from a column and a row on.
    Copied { left: usize, top: usize, samples: [Vec<S>; C] },
    /// In the source's codes.
    Same { resampler: Box<Resampler<'a, S::Same, C>> },
    /// In 12 bits, to be looked up.
    Twelve { resampler: Box<Resampler<'a, S::Twelve, C>>, samples: [Vec<u16>; C] },
}

/// Makes rows of one component, or of two that share their axes.
pub(super) struct ComponentMaker<'a, S: Source, T, const C: usize> {
    components: Components<'a>,
    codes: [Option<&'a Codes>; C],
    dithered: bool,
    rows: Rows<'a, S, C>,
    out: [Vec<T>; C],
}

impl<'a, S, T: Copy + Default, const C: usize> ComponentMaker<'a, S, T, C>
where
    S: Source + Recode<T> + 'a,
    u16: Recode<T>,
    Components<'a>: Supply<'a, S, C>,
{
    /// For luma (component 0), or chroma.
    pub fn new(run: &Run<'a>, maps: [&'a PlaneMap; C], component: usize, dithered: bool) -> Self {
        let (source, target) = (&run.program.source, &run.program.target);
        let (source_width, _) = source.format.component_size(component, source.width, source.height);
        let (width, _) = target.format.component_size(component, target.width, target.height);
        let codes = maps.map(|map| map.codes.as_ref());
        let rows = match (&maps[0].horizontal, &maps[0].vertical, codes[0]) {
            (AxisMap::Copied { start: left }, AxisMap::Copied { start: top }, _) => {
                Rows::Copied { left: *left, top: *top, samples: buffers(source_width) }
            }
            (horizontal, vertical, Some(_)) => {
                let resampler = Resampler::new(across(horizontal), down(vertical), source_width, width);
                Rows::Twelve { resampler: Box::new(resampler), samples: buffers(width) }
            }
            (horizontal, vertical, None) => {
                let resampler = Resampler::new(across(horizontal), down(vertical), source_width, width);
                Rows::Same { resampler: Box::new(resampler) }
            }
        };
        let components = Components { image: run.source, kernels: run.kernels };
        Self { components, codes, dithered, rows, out: buffers(width) }
    }

    /// First column and row, where samples are copied and codes stay.
    pub fn unchanged(&self) -> Option<(usize, usize)> {
        match self.rows {
            Rows::Copied { left, top, .. } if self.codes.iter().all(Option::is_none) => Some((left, top)),
            _ => None,
        }
    }

    /// Row `y` of the target, where it lies in the source if it is there as it is.
    pub fn rows(&mut self, y: usize) -> [&[T]; C] {
        if let Rows::Copied { left, top, .. } = self.rows
            && self.codes.iter().all(Option::is_none)
            && let Some(whole) = self.components.direct(top + y)
        {
            let width = self.out[0].len();
            return whole.map(|row| S::same(&row[left..left + width]));
        }
        let mut out = std::mem::replace(&mut self.out, std::array::from_fn(|_| Vec::new()));
        self.write(y, out.each_mut().map(|row| &mut row[..]));
        self.out = out;
        self.out.each_ref().map(|row| &row[..])
    }

    /// Row `y` of the target into memory of its own.
    pub fn write(&mut self, y: usize, out: [&mut [T]; C]) {
        let Self { components, codes, dithered, rows, .. } = self;
        let kernels = &components.kernels.plain;
        let bayer = dithered.then(|| bayer_row(y));
        let has_codes = codes.iter().any(Option::is_some);
        match rows {
            Rows::Copied { left, top, samples } => {
                let (left, row, width) = (*left, *top + y, out[0].len());
                let direct = components.direct(row);
                if direct.is_none() && !has_codes && samples[0].len() == width {
                    return components.fill(row, out.map(S::same_mut));
                }
                let whole = direct.unwrap_or_else(|| {
                    components.fill(row, samples.each_mut().map(|row| &mut row[..]));
                    samples.each_ref().map(|row| &row[..])
                });
                for ((samples, codes), out) in whole.into_iter().zip(codes).zip(out) {
                    let samples = &samples[left..left + width];
                    match codes {
                        Some(codes) => S::recode(kernels, codes, bayer, samples, out),
                        None => S::same_mut(out).copy_from_slice(samples),
                    }
                }
            }
            Rows::Same { resampler } => resampler.produce(kernels, y, components, out.map(S::same_mut)),
            Rows::Twelve { resampler, samples } => {
                resampler.produce(kernels, y, components, samples.each_mut().map(|row| &mut row[..]));
                for ((samples, codes), out) in samples.iter().zip(codes).zip(out) {
                    let codes = codes.expect("checked: both of two components have codes, or neither");
                    <u16 as Recode<T>>::recode(kernels, codes, bayer, samples, out);
                }
            }
        }
    }
}

fn buffers<T: Copy + Default, const C: usize>(length: usize) -> [Vec<T>; C] {
    std::array::from_fn(|_| vec![T::default(); length])
}

fn across(axis: &AxisMap) -> Across<'_> {
    match axis {
        AxisMap::Copied { start } => Across::Copied(*start),
        AxisMap::Taps(taps) => Across::Taps(taps),
    }
}

fn down(axis: &AxisMap) -> Down<'_> {
    match axis {
        AxisMap::Copied { start } => Down::Copied(*start),
        AxisMap::Taps(taps) => Down::Taps(taps),
    }
}
