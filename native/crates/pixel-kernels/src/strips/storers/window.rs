use crate::strips::chain::Chain;
use crate::strips::depth::Depth;

/// Rows of the chain that are still needed: three cover a chroma row of any location.
pub(super) struct Window<S> {
    rows: [Vec<S>; 3],
    held: [Option<usize>; 3],
}

impl<S: Depth> Window<S> {
    /// Rows of `length` samples.
    pub fn new(length: usize) -> Self {
        Self { rows: std::array::from_fn(|_| vec![S::default(); length]), held: [None; 3] }
    }

    /// Makes row `y` unless it is held, in the place of the oldest.
    pub fn hold(&mut self, y: usize, chain: &mut Chain) {
        let slot = y % 3;
        if self.held[slot] != Some(y) {
            chain.produce(y, &mut self.rows[slot]);
            self.held[slot] = Some(y);
        }
    }

    pub fn row(&self, y: usize) -> &[S] {
        &self.rows[y % 3]
    }
}
