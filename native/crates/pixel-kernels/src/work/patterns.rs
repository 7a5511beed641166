use std::ops::Range;

/// A stretch of an axis whose weights repeat: for positions inside it, `start[i + period] = start[i] + step` and the
/// weights of `i + period` are those of `i`. What lies before and after it is an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// Positions until the weights come again.
    pub period: usize,
    /// Source samples from a position to the one a period later.
    pub step: usize,
    /// Whole periods.
    pub inside: Range<usize>,
}

/// Periods and steps that there are kernels for: halving, thirds, doubling, two for three, four for three.
pub(crate) const SHAPES: [(usize, usize); 5] = [(1, 2), (1, 3), (2, 1), (2, 3), (1, 1)];

/// Fewer positions than this aren't worth the start.
const SHORTEST: usize = 64;

impl Pattern {
    /// The pattern of an axis, if the most of it has one.
    pub fn find(start: &[u32], weights: &[i16], count: usize) -> Option<Self> {
        SHAPES.into_iter().find_map(|(period, step)| {
            let repeats = |i: usize| {
                start[i + period] == start[i] + step as u32
                    && weights[i * count..][..count] == weights[(i + period) * count..][..count]
            };
            let last = start.len().checked_sub(period)?;
            // From the middle outwards: edges are at the ends.
            let middle = last / 2;
            let from = (0..middle).rev().find(|&i| !repeats(i)).map_or(0, |i| i + 1);
            let to = (middle..last).find(|&i| !repeats(i)).map_or(last, |i| i) + period;
            let to = from + (to - from) / period * period;
            (to - from >= SHORTEST.max(start.len() / 2)).then_some(Self { period, step, inside: from..to })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_and_doubling_are_found_between_their_edges() {
        let halved: Vec<u32> = (0..100).map(|i: u32| (2 * i).saturating_sub(1)).collect();
        let mut weights: Vec<i16> = [4096, 8192, 4096].repeat(100);
        weights[..3].copy_from_slice(&[12288, 4096, 0]);
        let found = Pattern::find(&halved, &weights, 3).expect("a pattern");
        assert_eq!((found.period, found.step, found.inside), (1, 2, 1..100));

        let doubled: Vec<u32> = (0..201).map(|i: u32| i / 2).collect();
        let weights = [16384, 0, 8192, 8192].repeat(101);
        let found = Pattern::find(&doubled, &weights[..402], 2).expect("a pattern");
        assert_eq!((found.period, found.step, found.inside), (2, 1, 0..200));
    }

    #[test]
    fn other_axes_have_none() {
        let start: Vec<u32> = (0..200).map(|i: u32| i * i).collect();
        assert_eq!(Pattern::find(&start, &[16384].repeat(200), 1), None);
        assert_eq!(Pattern::find(&[0, 2], &[16384, 16384], 1), None);
    }
}
