//! Where each output column and row of a bilinear scale comes from.

use crate::kernels::Columns;

/// Source positions of one axis.
#[derive(Debug)]
struct Axis {
    first: Vec<u32>,
    second: Vec<u32>,
    /// Weight of `second`.
    weight: Vec<u16>,
}

impl Axis {
    /// Position of output i: ((2i+1)·s/2d − 1/2) in 256ths, rounded half up, inside the source.
    fn new(source: u32, target: u32) -> Self {
        let (s, d) = (i64::from(source), i64::from(target));
        let mut axis = Self { first: Vec::new(), second: Vec::new(), weight: Vec::new() };
        for i in 0..d {
            let position = (2 * ((2 * i + 1) * s - d) * 256 + 2 * d).div_euclid(4 * d).clamp(0, (s - 1) * 256);
            let first = (position >> 8) as u32;
            axis.first.push(first);
            axis.second.push((first + 1).min(source - 1));
            axis.weight.push((position & 255) as u16);
        }
        axis
    }

    fn has_weights_in_sixteenths(&self) -> bool {
        self.weight.iter().all(|weight| weight % 16 == 0)
    }
}

/// A scale between two sizes, made once and shared by the bands of a frame.
#[derive(Debug)]
pub(crate) struct ScalePlan {
    columns: Axis,
    rows: Axis,
    bits: u32,
}

impl ScalePlan {
    /// Sizes are (width, height). Where all weights are sixteenths (doubling, halving) they are held as such: the
    /// sums then fit in 16 bits and are the same value, rounded the same way.
    pub fn new(source: (u32, u32), target: (u32, u32)) -> Self {
        let mut columns = Axis::new(source.0, target.0);
        let mut rows = Axis::new(source.1, target.1);
        let mut bits = 8;
        if columns.has_weights_in_sixteenths() && rows.has_weights_in_sixteenths() {
            bits = 4;
            for weight in columns.weight.iter_mut().chain(&mut rows.weight) {
                *weight /= 16;
            }
        }
        Self { columns, rows, bits }
    }

    pub fn width(&self) -> usize {
        self.columns.first.len()
    }

    pub fn bits(&self) -> u32 {
        self.bits
    }

    pub fn columns(&self) -> Columns<'_> {
        Columns {
            first: &self.columns.first,
            second: &self.columns.second,
            weight: &self.columns.weight,
            bits: self.bits,
        }
    }

    /// The two source rows of output row `y` and the weight of the second.
    pub fn row(&self, y: usize) -> (usize, usize, u16) {
        (self.rows.first[y] as usize, self.rows.second[y] as usize, self.rows.weight[y])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_has_weights_in_quarters_and_repeats_the_edges() {
        let plan = ScalePlan::new((2, 2), (4, 4));
        assert_eq!(plan.bits(), 4);
        let positions: Vec<_> = (0..4).map(|y| plan.row(y)).collect();
        assert_eq!(positions, [(0, 1, 0), (0, 1, 4), (0, 1, 12), (1, 1, 0)]);
    }

    #[test]
    fn the_same_size_is_the_identity() {
        let plan = ScalePlan::new((7, 5), (7, 5));
        assert!((0..5).all(|y| plan.row(y) == (y, (y + 1).min(4), 0)));
    }

    #[test]
    fn positions_follow_the_definition_in_floating_point() {
        for (s, d) in [(3, 7), (7, 3), (1920, 1280), (1080, 2160), (1, 9), (9, 1), (65535, 2), (2, 65535)] {
            let axis = Axis::new(s, d);
            for i in 0..d as usize {
                let exact = ((2 * i + 1) as f64 * f64::from(s) / (2.0 * f64::from(d)) - 0.5) * 256.0;
                let expected = (exact + 0.5).floor().clamp(0.0, f64::from(s - 1) * 256.0);
                let actual = f64::from(axis.first[i] * 256 + u32::from(axis.weight[i]));
                assert!((expected - actual).abs() <= f64::from(u8::from((exact + 0.5).fract() < 1e-6)));
            }
        }
    }
}
