//! A bilinear scale that keeps the last two rows it has scaled sideways.

use super::chain::Upstream;
use crate::kernels::Kernels;
use crate::operations::ScalePlan;

pub(super) struct ScaleStage<'a> {
    plan: &'a ScalePlan,
    input: Vec<u8>,
    rows: [Vec<u16>; 2],
    /// The source row that each of `rows` holds.
    held: [Option<usize>; 2],
}

impl<'a> ScaleStage<'a> {
    pub fn new(plan: &'a ScalePlan, source_width: usize) -> Self {
        let row = || vec![0; plan.width() * 4];
        Self { plan, input: vec![0; source_width * 4], rows: [row(), row()], held: [None; 2] }
    }

    pub fn produce(&mut self, kernels: &Kernels, y: usize, upstream: &mut Upstream, out: &mut [u8]) {
        let (first, second, weight) = self.plan.row(y);
        // A row of weight 0 isn't read.
        let second = if weight == 0 { first } else { second };
        let first_slot = self.hold(kernels, first, second, upstream);
        let second_slot = self.hold(kernels, second, first, upstream);
        (kernels.scale_rows)([&self.rows[first_slot], &self.rows[second_slot]], weight, self.plan.bits(), out);
    }

    /// The slot that holds source row `row`, filled now if need be, without giving up row `keep`.
    fn hold(&mut self, kernels: &Kernels, row: usize, keep: usize, upstream: &mut Upstream) -> usize {
        if let Some(slot) = self.held.iter().position(|held| *held == Some(row)) {
            return slot;
        }
        let slot = usize::from(self.held[0] == Some(keep));
        let input = match upstream.direct(row) {
            Some(input) => input,
            None => {
                upstream.produce(row, &mut self.input);
                &self.input
            }
        };
        (kernels.scale_columns)(input, &self.plan.columns(), &mut self.rows[slot]);
        self.held[slot] = Some(row);
        slot
    }
}
