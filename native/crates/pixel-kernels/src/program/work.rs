use super::Step;
use crate::work::{Codes, Depth, FixedForm, Taps};

/// How a component's samples come about along one axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AxisMap {
    /// Target sample i is source sample `i + start`.
    Copied {
        /// First source sample.
        start: usize,
    },
    /// Weighted sums of source samples.
    Taps(Taps),
}

/// How one component of a Y'CbCr target is made from the same component of the source. With f = 6 at 8 bits and 4 at
/// 10: `h = (Σ w·p + 2^(13-f)) >> (14 - f)` across (copied: `p << f`), then down, in b bits,
/// `clamp((Σ w·h + 2^(27-b)) >> (28 - b))` (copied: `(h + 2^(13-b)) >> (14 - b)`). Without codes b is the source's bits,
/// with codes it is 12. When both axes are copied, codes are those of the samples themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaneMap {
    /// Along rows.
    pub horizontal: AxisMap,
    /// Along columns.
    pub vertical: AxisMap,
    /// Target codes, 4096 of them where an axis is resampled; needed where depths differ.
    pub codes: Option<Codes>,
}

impl PlaneMap {
    /// Whether both axes are copied.
    pub(crate) fn is_copied(&self) -> bool {
        matches!((&self.horizontal, &self.vertical), (AxisMap::Copied { .. }, AxisMap::Copied { .. }))
    }
}

/// Y'CbCr to Y'CbCr of one matrix: components are resampled and recoded, never mixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanesWork {
    /// Of Y, Cb and Cr; the axes of Cb and Cr are the same.
    pub components: [PlaneMap; 3],
    /// Whether 10 bits become 8 with ordered dither; codes are in 64ths then.
    pub dithered: bool,
}

/// Everything that goes by way of RGBA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixelsWork {
    /// Depth that the source is brought to.
    pub load_depth: Depth,
    /// For Y'CbCr sources: RGB from (Y, 16·Cb, 16·Cr). Without it, 8 bits become 8 bits exactly.
    pub load: Option<FixedForm>,
    /// Whether `load` gives half floats at once, which are stored as they are: Y'CbCr to RGBA16F without steps.
    pub loads_halfs: bool,
    /// What is done, in this order.
    pub steps: Vec<Step>,
    /// Depth that the steps end with.
    pub store_depth: Depth,
    /// For Y'CbCr targets: codes from RGB; chroma's rows are for the weighted sum of 8-bit pixels, or for the rounded
    /// mean of 16-bit ones. Without it, 8 bits become 8 bits exactly.
    pub store: Option<FixedForm>,
    /// Whether pixels of 16 bits are rounded with ordered dither.
    pub dithered: bool,
}

/// What a conversion comes down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Components apart.
    Planes(Box<PlanesWork>),
    /// By way of RGBA.
    Pixels(PixelsWork),
}
