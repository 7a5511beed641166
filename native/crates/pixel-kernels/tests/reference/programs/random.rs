//! Specs that are valid and otherwise anything.

use super::spec::{AxisSpec, FormSpec, MapSpec, StepSpec, TapsSpec};
use crate::reference::frame::Frame;
use pixel_kernels::{BlendMode, Format, Place};

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both possible.
    pub fn within(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    pub fn chance(&mut self, one_in: u64) -> bool {
        self.next().is_multiple_of(one_in)
    }

    fn size(&mut self) -> usize {
        let most = if self.chance(6) { 150 } else { 40 };
        self.within(1, most) as usize
    }

    /// Weights up to what is allowed: negative lobes, one sample, many samples, repeating ones.
    pub fn taps(&mut self, source: usize, target: usize) -> TapsSpec {
        let most = if self.chance(8) { 100 } else { 8 };
        let count = self.within(1, most.min(source as i64)) as usize;
        let repeating = self.chance(2).then(|| self.weights(count));
        let (period, step) = [(1, 2), (1, 3), (2, 1), (2, 3), (1, 1)][self.within(0, 4) as usize];
        let last = source - count;
        let start = (0..target).map(|i| match repeating {
            Some(_) => (i / period * step + i % period).min(last) as u32,
            None => self.within(0, last as i64) as u32,
        });
        let start: Vec<u32> = start.collect();
        let weights = (0..target).flat_map(|_| repeating.clone().unwrap_or_else(|| self.weights(count))).collect();
        TapsSpec { start, count, weights }
    }

    fn weights(&mut self, count: usize) -> Vec<i16> {
        let mut weights = vec![0i16; count];
        // What is moved from one to another keeps the sum; magnitudes grow by at most twice that.
        let mut spare = 4800;
        weights[self.within(0, count as i64 - 1) as usize] = 16384;
        for _ in 0..self.within(0, 6) {
            let (from, to) = (self.within(0, count as i64 - 1) as usize, self.within(0, count as i64 - 1) as usize);
            let most = i64::from(weights[from]).max(0);
            let share = self.within(0, most) as i16;
            weights[from] -= share;
            weights[to] += share;
            let below = self.within(0, spare) as i16;
            if from != to && weights[from] <= 0 && weights[to] >= 0 {
                weights[from] -= below;
                weights[to] += below;
                spare -= i64::from(below);
            }
        }
        weights
    }

    fn axis(&mut self, source: usize, target: usize) -> AxisSpec {
        if source >= target && self.chance(2) {
            return AxisSpec::Copied(self.within(0, (source - target) as i64) as usize);
        }
        AxisSpec::Taps(self.taps(source, target))
    }

    /// Maps of the three components between frames of these formats.
    pub fn maps(&mut self, source: &Frame, target: &Frame, dithered: bool) -> [MapSpec; 3] {
        let (from, to) = (source.format.bits(), target.format.bits());
        let largest = if dithered { (256 << 6) - 1 } else { (1 << to) - 1 };
        let map = |random: &mut Self, source: (usize, usize), target: (usize, usize)| {
            let (horizontal, vertical) = (random.axis(source.0, target.0), random.axis(source.1, target.1));
            let copied = matches!((&horizontal, &vertical), (AxisSpec::Copied(_), AxisSpec::Copied(_)));
            let bits = if copied { from } else { 12 };
            let codes = (from != to || random.chance(3)).then(|| random.codes(1 << bits, largest));
            MapSpec { horizontal, vertical, codes }
        };
        let luma = map(self, (source.width, source.height), (target.width, target.height));
        let cb = map(self, source.chroma_size(), target.chroma_size());
        let entries = cb.codes.as_ref().map(Vec::len);
        let cr = MapSpec { codes: entries.map(|entries| self.codes(entries, largest)), ..cb.clone() };
        [luma, cb, cr]
    }

    /// A table, or what limited ranges come down to.
    fn codes(&mut self, entries: usize, largest: usize) -> Vec<u16> {
        let shifted = |code: usize| match (entries, largest) {
            (256, 1023) => code << 2,
            (1024, 255) | (4096, 1023) => ((code + 2) >> 2).min(largest),
            (4096, 255) => ((code + 8) >> 4).min(255),
            _ => code.min(largest),
        };
        let plain = self.chance(2);
        let code = |code: usize| if plain { shifted(code) as u16 } else { self.within(0, largest as i64) as u16 };
        (0..entries).map(code).collect()
    }

    /// Coefficients of sensible size, or any: sums wrap.
    pub fn form(&mut self) -> FormSpec {
        let shift = self.within(7, 30) as u32;
        let most = if self.chance(4) { i64::from(i32::MAX) } else { 1 << (shift - 1) };
        FormSpec { shift, coefficients: std::array::from_fn(|_| self.within(-most, most) as i32), fractions: None }
    }

    /// A form of what is loaded at 16 bits; of half floats its results are often dark.
    pub fn fine_form(&mut self, halfs: bool) -> FormSpec {
        let form = self.form();
        let fractions = (!self.chance(4)).then(|| std::array::from_fn(|_| self.within(0, 65535) as u16));
        if !halfs {
            return FormSpec { fractions, ..form };
        }
        let most = 1 << self.within(0, 24);
        let coefficients =
            if self.chance(4) { form.coefficients } else { std::array::from_fn(|_| self.within(-most, most) as i32) };
        FormSpec { shift: 28, coefficients, fractions }
    }

    /// A step on pixels of this size and depth; both follow it.
    pub fn step(&mut self, size: &mut (usize, usize), one: &mut i64) -> StepSpec {
        match self.within(0, 8) {
            0 if *one == 255 => {
                *size = (self.size(), self.size());
                StepSpec::Scale(size.0, size.1)
            }
            0 | 1 => {
                let (width, height) = (self.size(), self.size());
                let horizontal = (width != size.0 || self.chance(2)).then(|| self.taps(size.0, width));
                let vertical = (height != size.1 || self.chance(2)).then(|| self.taps(size.1, height));
                *size = (width, height);
                StepSpec::Resample { width, height, horizontal, vertical }
            }
            2 | 3 => {
                *size = (self.size(), self.size());
                StepSpec::Place(Place {
                    width: size.0 as u32,
                    height: size.1 as u32,
                    x: self.within(-60, 60) as i32,
                    y: self.within(-60, 60) as i32,
                    transpose: self.chance(2),
                    flip_x: self.chance(2),
                    flip_y: self.chance(2),
                    fill: std::array::from_fn(|_| self.within(0, *one) as u16),
                })
            }
            4 => StepSpec::ColorMatrix(std::array::from_fn(|i| {
                let most = if i % 4 == 3 { 1 << 22 } else { 32767 };
                if self.chance(8) { most as i32 } else { (self.within(-most, most) / 4) as i32 }
            })),
            5 => {
                let to = if self.chance(2) { 255 } else { 65535 };
                let length = *one as usize + 1;
                let tables = std::array::from_fn(|_| (0..length).map(|_| self.within(0, to) as u16).collect());
                *one = to;
                StepSpec::Curves { to, tables }
            }
            6 => {
                let size = self.within(2, 9) as usize;
                let entries = (0..3 * size.pow(3)).map(|_| self.within(0, 65535) as u16).collect();
                StepSpec::Lut3d { size, entries }
            }
            7 => StepSpec::Overlay {
                image: Frame::new(Format::Rgba, self.size(), self.size()).randomized(self.next()),
                x: self.within(-50, 50) as i32,
                y: self.within(-50, 50) as i32,
                opacity: if self.chance(3) { 255 } else { self.within(0, 255) as u8 },
                mode: self.mode(),
            },
            _ => {
                let by_columns = self.chance(2);
                let length = if by_columns { size.0 } else { size.1 };
                let image = Frame::new(Format::Rgba, size.0, size.1).randomized(self.next());
                StepSpec::Mix { image, by_columns, weights: (0..length).map(|_| self.within(0, 256) as u16).collect() }
            }
        }
    }

    fn mode(&mut self) -> BlendMode {
        const MODES: [BlendMode; 14] = [
            BlendMode::Normal,
            BlendMode::Premultiplied,
            BlendMode::Multiply,
            BlendMode::Screen,
            BlendMode::Overlay,
            BlendMode::Darken,
            BlendMode::Lighten,
            BlendMode::Add,
            BlendMode::Difference,
            BlendMode::Exclusion,
            BlendMode::HardLight,
            BlendMode::SoftLight,
            BlendMode::ColorDodge,
            BlendMode::ColorBurn,
        ];
        MODES[self.within(0, 13) as usize]
    }
}
