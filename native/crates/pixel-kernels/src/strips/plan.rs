//! What a call to `process` comes down to, decided before the first row and shared by all the threads.

use super::chain::{Chain, Step};
use super::{moves, target};
use crate::color::{Color, Forward, Inverse};
use crate::error::KernelError;
use crate::image::{Band, Format, Image};
use crate::kernels::{ColumnWeights, Kernels};
use crate::operations::{Operation, ScalePlan};
use crate::process::ProcessOptions;

/// A validated call: source, steps, and how the target is written.
pub(crate) struct Plan<'a> {
    pub source: Image<'a>,
    pub source_color: Color,
    pub target_color: Color,
    pub target_format: Format,
    pub inverse: Inverse,
    pub forward: Forward,
    pub column_weights: ColumnWeights,
    pub upsampling: crate::Upsampling,
    pub kernels: &'static Kernels,
    /// Whether samples only change place.
    moves: bool,
    steps: Vec<Step<'a>>,
}

impl<'a> Plan<'a> {
    pub fn new(
        source: Image<'a>,
        source_color: Color,
        operations: &[Operation<'a>],
        target: (Format, u32, u32),
        target_color: Color,
        options: &ProcessOptions,
        kernels: &'static Kernels,
    ) -> Result<Self, KernelError> {
        let (target_format, width, height) = target;
        let mut size = (source.width, source.height);
        let mut steps = Vec::new();
        for operation in operations {
            operation.validate()?;
            match *operation {
                Operation::Scale { width, height } if (width, height) == size => {}
                Operation::Scale { width, height } => {
                    steps.push(Step::Scale(ScalePlan::new(size, (width, height)), size.0 as usize));
                    size = (width, height);
                }
                Operation::ColorMatrix(matrix) => steps.push(Step::ColorMatrix(matrix)),
                Operation::Overlay { image, x, y, opacity } => steps.push(Step::Overlay { image, x, y, opacity }),
            }
        }
        if size != (width, height) {
            return Err(KernelError::Mismatch {
                expected: format!("a target of {}x{}, the size after the operations,", size.0, size.1),
                actual: format!("{width}x{height}"),
            });
        }
        let both_rgb = !source.format.is_ycbcr() && !target_format.is_ycbcr();
        let both_ycbcr = source.format.is_ycbcr() && target_format.is_ycbcr();
        let moves = operations.is_empty() && (both_rgb || both_ycbcr && source_color == target_color);
        // Without steps BGRA need not become RGBA first: the coefficients change places instead.
        let blue_first = steps.is_empty() && source.format == Format::Bgra;
        Ok(Self {
            source,
            source_color,
            target_color,
            target_format,
            inverse: Inverse::new(source_color),
            forward: Forward::new(target_color, blue_first),
            column_weights: ColumnWeights::new(source_color.chroma_location, options.upsampling),
            upsampling: options.upsampling,
            kernels,
            moves,
            steps,
        })
    }

    /// Fills a band of the target.
    pub fn run(&self, mut band: Band) {
        if self.moves {
            moves::run(self, &mut band);
        } else {
            let mut chain = Chain::new(self, &self.steps);
            if self.target_format.is_ycbcr() {
                target::write_ycbcr(self, &mut chain, &mut band);
            } else {
                target::write_rgb(self, &mut chain, &mut band);
            }
        }
    }

    /// Pixels of a target row.
    pub fn target_width(&self) -> usize {
        let scaled = self.steps.iter().rev().find_map(|step| match step {
            Step::Scale(plan, _) => Some(plan.width()),
            _ => None,
        });
        scaled.unwrap_or(self.source.width as usize)
    }

    /// Whether a row of the source is, as it lies there, what the target is made from.
    pub fn has_steps(&self) -> bool {
        !self.steps.is_empty()
    }
}
