//! Rows resampled along both axes by tables of weights.

use super::kinds::Kind;
use crate::plain::PlainKernels;
use crate::work::Taps;

/// Where rows come from; `C` of them at once, for components that share their bytes.
pub(super) trait Supply<'a, S, const C: usize> {
    /// Row `y` where it lies, if it is there as it is.
    fn direct(&self, y: usize) -> Option<[&'a [S]; C]>;
    /// Makes row `y`.
    fn fill(&mut self, y: usize, out: [&mut [S]; C]);
}

/// Rows that a resampler holds at most: with more to a position, sums are kept instead.
const MOST_ROWS: usize = 64;

/// Rows held, each at its number modulo their count.
struct Ring<T, const C: usize> {
    rows: Vec<[Vec<T>; C]>,
    held: Vec<Option<usize>>,
}

impl<T: Copy + Default, const C: usize> Ring<T, C> {
    fn new(count: usize, length: usize) -> Self {
        let row = || std::array::from_fn(|_| vec![T::default(); length]);
        Self { rows: std::iter::repeat_with(row).take(count).collect(), held: vec![None; count] }
    }

    /// The slot of a row, made now if it isn't held.
    fn hold(&mut self, row: usize, make: impl FnOnce([&mut [T]; C])) {
        let slot = row % self.rows.len();
        if self.held[slot] != Some(row) {
            make(self.rows[slot].each_mut().map(|samples| &mut samples[..]));
            self.held[slot] = Some(row);
        }
    }

    fn row(&self, row: usize, channel: usize) -> &[T] {
        &self.rows[row % self.rows.len()][channel]
    }
}

/// Along rows.
#[derive(Clone, Copy)]
pub(super) enum Across<'a> {
    /// Samples stay, from a first one on.
    Copied(usize),
    Taps(&'a Taps),
}

/// Along columns.
#[derive(Clone, Copy)]
pub(super) enum Down<'a> {
    Copied(usize),
    Taps(&'a Taps),
}

/// Resamples `C` components at once; asked for rows in rising or falling order it makes no source row twice, unless
/// there are more than [`MOST_ROWS`] to a position.
pub(super) struct Resampler<'a, K: Kind, const C: usize> {
    across: Across<'a>,
    down: Down<'a>,
    input: [[Vec<K::Sample>; C]; 2],
    wide: Ring<K::Wide, C>,
    raw: Ring<K::Sample, C>,
    halving: Option<([i16; 2], [i16; 2])>,
}

impl<'a, K: Kind, const C: usize> Resampler<'a, K, C> {
    /// Lengths of source and target rows are in samples, four to a pixel.
    pub fn new(across: Across<'a>, down: Down<'a>, source_length: usize, length: usize) -> Self {
        let halving = match (across, down, K::HALVE) {
            (Across::Taps(across), Down::Taps(down), Some(_)) => across.halving().zip(down.halving()),
            _ => None,
        };
        let count = match (down, halving) {
            (_, Some(_)) => 0,
            (Down::Taps(taps), None) => taps.count().min(MOST_ROWS),
            (Down::Copied(_), None) => 1,
        };
        let row = || std::array::from_fn(|_| vec![K::Sample::default(); source_length]);
        let (wide, raw) = match across {
            Across::Taps(_) => (count, 0),
            Across::Copied(_) => (0, count),
        };
        Self {
            across,
            down,
            input: [row(), row()],
            wide: Ring::new(wide, length),
            raw: Ring::new(raw, source_length),
            halving,
        }
    }

    /// Makes row `y` of the target.
    pub fn produce(
        &mut self,
        kernels: &PlainKernels,
        y: usize,
        supply: &mut impl Supply<'a, K::Sample, C>,
        out: [&mut [K::Out]; C],
    ) {
        if let (Some((across, down)), Some(halve)) = (self.halving, K::HALVE) {
            return self.halve(y, supply, out, |rows, out| halve(kernels, rows, across, down, out));
        }
        let (first, weights) = match self.down {
            Down::Copied(start) => (start + y, &[1 << 14][..]),
            Down::Taps(taps) => without_zeros(taps.at(y)),
        };
        match self.across {
            Across::Taps(taps) => self.produce_wide(kernels, taps, first, weights, supply, out),
            Across::Copied(start) => self.produce_raw(kernels, start, first, weights, supply, out),
        }
    }

    fn produce_wide(
        &mut self,
        kernels: &PlainKernels,
        taps: &Taps,
        first: usize,
        weights: &[i16],
        supply: &mut impl Supply<'a, K::Sample, C>,
        out: [&mut [K::Out]; C],
    ) {
        let Self { input: [input, _], wide, .. } = self;
        let mut hold = |wide: &mut Ring<K::Wide, C>, row: usize| {
            wide.hold(row, |wide| {
                let samples = source(supply, row, input);
                for (wide, samples) in wide.into_iter().zip(samples) {
                    K::COLUMNS(kernels, samples, taps, wide);
                }
            });
        };
        if weights.len() > MOST_ROWS {
            return sum(out, weights, K::ROUND, |k, add| {
                hold(wide, first + k);
                (0..C).for_each(|channel| add(channel, wide.row(first + k, channel)));
            });
        }
        for k in 0..weights.len() {
            hold(wide, first + k);
        }
        for (channel, out) in out.into_iter().enumerate() {
            let mut rows: [&[K::Wide]; MOST_ROWS] = [&[]; MOST_ROWS];
            for (k, row) in rows[..weights.len()].iter_mut().enumerate() {
                *row = wide.row(first + k, channel);
            }
            K::ROWS(kernels, &rows[..weights.len()], weights, out);
        }
    }

    fn produce_raw(
        &mut self,
        kernels: &PlainKernels,
        start: usize,
        first: usize,
        weights: &[i16],
        supply: &mut impl Supply<'a, K::Sample, C>,
        out: [&mut [K::Out]; C],
    ) {
        let raw = &mut self.raw;
        if weights.len() > MOST_ROWS {
            return sum(out, weights, K::RAW_ROUND, |k, add| {
                raw.hold(first + k, |row| supply.fill(first + k, row));
                (0..C).for_each(|channel| add(channel, &raw.row(first + k, channel)[start..]));
            });
        }
        for k in 0..weights.len() {
            if supply.direct(first + k).is_none() {
                raw.hold(first + k, |row| supply.fill(first + k, row));
            }
        }
        for (channel, out) in out.into_iter().enumerate() {
            let mut rows: [&[K::Sample]; MOST_ROWS] = [&[]; MOST_ROWS];
            for (k, row) in rows[..weights.len()].iter_mut().enumerate() {
                let whole = match supply.direct(first + k) {
                    Some(samples) => samples[channel],
                    None => raw.row(first + k, channel),
                };
                *row = &whole[start..start + out.len()];
            }
            K::RAW_ROWS(kernels, &rows[..weights.len()], weights, out);
        }
    }

    fn halve(
        &mut self,
        y: usize,
        supply: &mut impl Supply<'a, K::Sample, C>,
        out: [&mut [K::Out]; C],
        kernel: impl Fn([&[K::Sample]; 2], &mut [K::Out]),
    ) {
        let [top, bottom] = &mut self.input;
        let (top, bottom) = (source(supply, 2 * y, top), source(supply, 2 * y + 1, bottom));
        for (channel, out) in out.into_iter().enumerate() {
            kernel([top[channel], bottom[channel]], out);
        }
    }
}

/// A row of the source, where it lies or made in `buffer`.
fn source<'s, 'a: 's, S: 'a, const C: usize>(
    supply: &mut impl Supply<'a, S, C>,
    row: usize,
    buffer: &'s mut [Vec<S>; C],
) -> [&'s [S]; C] {
    if let Some(samples) = supply.direct(row) {
        return samples;
    }
    supply.fill(row, buffer.each_mut().map(|samples| &mut samples[..]));
    buffer.each_ref().map(|samples| &samples[..])
}

/// Samples of weight 0 at either end aren't read.
fn without_zeros((first, weights): (usize, &[i16])) -> (usize, &[i16]) {
    let from = weights.iter().position(|&weight| weight != 0).unwrap_or(0);
    let to = weights.iter().rposition(|&weight| weight != 0).map_or(weights.len(), |last| last + 1);
    (first + from, &weights[from..to])
}

/// Weighted sums of any number of rows, held as such: `each(k, add)` adds the k-th row of every channel.
fn sum<S: Copy, W: Copy + Into<i32>, const C: usize>(
    out: [&mut [S]; C],
    weights: &[i16],
    round: fn(i32) -> S,
    mut each: impl FnMut(usize, &mut dyn FnMut(usize, &[W])),
) {
    let mut sums: [Vec<i32>; C] = std::array::from_fn(|channel| vec![0; out[channel].len()]);
    for (k, &weight) in weights.iter().enumerate() {
        each(k, &mut |channel, row| {
            for (sum, &sample) in sums[channel].iter_mut().zip(row) {
                *sum += sample.into() * i32::from(weight);
            }
        });
    }
    for (out, sums) in out.into_iter().zip(sums) {
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = round(sum);
        }
    }
}
