use super::Pattern;
use crate::error::KernelError;

/// What the weights of a position add up to.
const ONE: i32 = 1 << 14;
/// What their magnitudes add up to at most: sums of 16-bit samples then fit 32 bits.
const MOST: i32 = 26_000;

/// Where every position of a resampled axis comes from: the sum over k of `weights[i·count + k] / 16384` times source
/// sample `start[i] + k`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taps {
    start: Vec<u32>,
    count: usize,
    weights: Vec<i16>,
    source: u32,
    pattern: Option<Pattern>,
}

impl Taps {
    /// Weights for `start.len()` positions, `count` each, of an axis of `source` samples.
    ///
    /// # Errors
    /// [`KernelError::Operation`] unless every sample named is inside the source, there are `count` (1 or more)
    /// weights a position, and those of each add up to 16,384, their magnitudes to 26,000 at most.
    pub fn new(start: Vec<u32>, count: usize, weights: Vec<i16>, source: u32) -> Result<Self, KernelError> {
        let refuse = |expected: String, actual: String| {
            Err(KernelError::Operation { message: format!("Expected {expected} for an axis but received {actual}") })
        };
        if count == 0 || count > source as usize {
            return refuse(format!("1 to {source} weights a position"), count.to_string());
        }
        if start.is_empty() || start.len().checked_mul(count) != Some(weights.len()) {
            return refuse(format!("{count} weights for each of 1 or more positions"), weights.len().to_string());
        }
        for (index, (&first, own)) in start.iter().zip(weights.chunks_exact(count)).enumerate() {
            if u64::from(first) + count as u64 > u64::from(source) {
                return refuse(format!("samples inside 0..{source} at position {index}"), format!("{first}+{count}"));
            }
            let sum: i64 = own.iter().map(|&weight| i64::from(weight)).sum();
            let magnitude: i64 = own.iter().map(|&weight| i64::from(weight).abs()).sum();
            if sum != i64::from(ONE) || magnitude > i64::from(MOST) {
                let expected = format!("weights that add up to {ONE} (magnitudes to {MOST}) at position {index}");
                return refuse(expected, format!("{sum} ({magnitude})"));
            }
        }
        let pattern = Pattern::find(&start, &weights, count);
        Ok(Self { start, count, weights, source, pattern })
    }

    /// Positions.
    pub fn len(&self) -> usize {
        self.start.len()
    }

    /// Never: there is at least one position.
    pub fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Samples of the axis that it is made for.
    pub fn source(&self) -> u32 {
        self.source
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// First source sample and weights of a position.
    #[inline(always)]
    pub(crate) fn at(&self, index: usize) -> (usize, &[i16]) {
        (self.start[index] as usize, &self.weights[index * self.count..(index + 1) * self.count])
    }

    /// Where weights repeat, if they do.
    pub(crate) fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }

    pub(crate) fn starts(&self) -> &[u32] {
        &self.start
    }

    pub(crate) fn weights(&self) -> &[i16] {
        &self.weights
    }

    /// The weights, where position i is made of samples 2i and 2i + 1 with the same weights everywhere.
    pub(crate) fn halving(&self) -> Option<[i16; 2]> {
        let weights = *self.weights.first_chunk::<2>()?;
        let same = self.count == 2
            && self.start.iter().enumerate().all(|(index, &start)| start as usize == 2 * index)
            && self.weights.chunks_exact(2).all(|pair| pair == weights);
        same.then_some(weights)
    }
}
