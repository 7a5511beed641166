//! The port between the frame code and the instruction sets: what each of them does to rows.

use crate::color::{ChromaLocation, Forward, Inverse, Upsampling};
use crate::plain::PlainKernels;

/// RGB rows from which two luma rows and a chroma row are made, each of whole 4-byte pixels and equally long.
#[derive(Clone, Copy)]
pub(crate) struct RgbRows<'a> {
    pub location: ChromaLocation,
    /// The row above `top` (or `top` itself at the image's edge); read for `TopLeft` alone.
    pub above: &'a [u8],
    pub top: &'a [u8],
    /// The row below `top`, or `top` itself at the image's edge.
    pub bottom: &'a [u8],
    /// The two rows that the next call will read, where they come from memory: fetching them meanwhile is worth a
    /// third of the time of a 4K frame. Empty where they don't exist yet.
    #[cfg_attr(target_arch = "aarch64", expect(dead_code, reason = "Rust has no stable prefetch for ARM"))]
    pub ahead: [&'a [u8]; 2],
}

/// Where chroma goes.
pub(crate) enum ChromaOut<'a> {
    /// Cb and Cr in turn.
    Interleaved(&'a mut [u8]),
    /// Cb, Cr.
    Planar(&'a mut [u8], &'a mut [u8]),
}

impl ChromaOut<'_> {
    #[inline(always)]
    pub fn put(&mut self, index: usize, cb: u8, cr: u8) {
        match self {
            Self::Interleaved(row) => {
                row[2 * index] = cb;
                row[2 * index + 1] = cr;
            }
            Self::Planar(cb_row, cr_row) => {
                cb_row[index] = cb;
                cr_row[index] = cr;
            }
        }
    }
}

/// Rows of Y'CbCr to write.
pub(crate) struct YcbcrOut<'a> {
    pub top: &'a mut [u8],
    /// Absent at the bottom of an image of odd height.
    pub bottom: Option<&'a mut [u8]>,
    pub chroma: ChromaOut<'a>,
}

/// Chroma rows to read.
#[derive(Clone, Copy)]
pub(crate) enum ChromaIn<'a> {
    /// Cb and Cr in turn.
    Interleaved(&'a [u8]),
    /// Cb, Cr.
    Planar(&'a [u8], &'a [u8]),
}

/// Weights of two samples or rows, in quarters; they add up to 4.
pub(crate) type Quarters = [u16; 2];

/// How a pixel's chroma is put together from the samples before, at and after its own, in quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnWeights {
    /// Even columns: weights of the sample before and of their own.
    pub even: Quarters,
    /// Odd columns: weights of their own sample and of the one after.
    pub odd: Quarters,
}

impl ColumnWeights {
    /// A column has the chroma of its sample.
    pub const NEAREST: Self = Self { even: [0, 4], odd: [4, 0] };
    /// Even columns lie on their sample, odd ones in the middle of two.
    pub const COSITED: Self = Self { even: [0, 4], odd: [2, 2] };
    /// All columns lie a quarter beside their sample.
    pub const BETWEEN: Self = Self { even: [1, 3], odd: [3, 1] };

    pub const fn new(location: ChromaLocation, upsampling: Upsampling) -> Self {
        match (upsampling, location) {
            (Upsampling::Nearest, _) => Self::NEAREST,
            (Upsampling::Bilinear, ChromaLocation::Center) => Self::BETWEEN,
            (Upsampling::Bilinear, _) => Self::COSITED,
        }
    }
}

/// A luma row with its chroma, blended between two chroma rows: quarters of codes, one sample before the first and
/// one after the last repeated, so that `cb[1 + x / 2]` is pixel x's own.
#[derive(Clone, Copy)]
pub(crate) struct YcbcrRow<'a> {
    pub luma: &'a [u8],
    pub cb: &'a [u16],
    pub cr: &'a [u16],
    pub weights: ColumnWeights,
    /// Write B G R A instead of R G B A.
    pub blue_first: bool,
}

/// A luma row with the two chroma rows that it lies between.
#[derive(Clone, Copy)]
pub(crate) struct SubsampledRow<'a> {
    pub luma: &'a [u8],
    pub chroma: [ChromaIn<'a>; 2],
    /// Weights of the chroma rows.
    pub rows: Quarters,
    pub columns: ColumnWeights,
    /// Write B G R A instead of R G B A.
    pub blue_first: bool,
    /// Write past the caches: worth it where the target is larger than they are.
    #[cfg_attr(target_arch = "aarch64", expect(dead_code, reason = "Rust has no stable store of that kind for ARM"))]
    pub streamed: bool,
    /// The call before had these chroma rows with these weights, the same memory and as many pixels.
    #[cfg_attr(target_arch = "aarch64", expect(dead_code, reason = "what it saves is done for x86 alone"))]
    pub again: bool,
}

/// Memory for what a row's chroma comes to on the way.
pub(crate) struct ChromaMemory<'a> {
    /// As `blend_chroma` needs them.
    pub quarters: [&'a mut [u16]; 2],
    #[cfg_attr(target_arch = "aarch64", expect(dead_code, reason = "they are kept for x86 alone"))]
    pub parts: &'a mut ChromaParts,
}

/// What chroma adds to the pixels of a row, kept for another row, and the columns at which that isn't sure; its meaning
/// is the kernel's.
#[derive(Default)]
#[cfg_attr(target_arch = "aarch64", expect(dead_code, reason = "they are kept for x86 alone"))]
pub(crate) struct ChromaParts {
    pub words: [Vec<i16>; 3],
    pub unsure: Vec<u16>,
    pub count: usize,
    /// Runs when this memory is given up, after a thread's last row and before anyone is told that its rows are done.
    pub at_end: AtEnd,
}

/// What a kernel leaves to be done once, after all the rows: what is written past the caches needs a fence, which
/// waits for memory. At the end of each row it took a fifth of a 4K frame's time.
#[derive(Default)]
pub(crate) struct AtEnd(pub Option<fn()>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(end) = self.0 {
            end();
        }
    }
}

#[cfg(target_arch = "x86_64")]
impl<'a> SubsampledRow<'a> {
    /// Cb and Cr of a sample, blended between the rows.
    #[inline(always)]
    pub fn quarters(&self, sample: usize) -> [u16; 2] {
        let [first, second] = self.chroma.map(|chroma| match chroma {
            ChromaIn::Interleaved(row) => [row[2 * sample], row[2 * sample + 1]],
            ChromaIn::Planar(cb, cr) => [cb[sample], cr[sample]],
        });
        let blend = |a: u8, b: u8| self.rows[0] * u16::from(a) + self.rows[1] * u16::from(b);
        [blend(first[0], second[0]), blend(first[1], second[1])]
    }

    /// The rows with weights as 64ths of theirs: at most 192.
    pub fn blended(&self) -> ([ChromaIn<'a>; 2], [u8; 2]) {
        match self.rows {
            [4, 0] => ([self.chroma[0]; 2], [128; 2]),
            [0, 4] => ([self.chroma[1]; 2], [128; 2]),
            weights => (self.chroma, weights.map(|weight| 64 * weight as u8)),
        }
    }
}

/// A column of a row scaled sideways: source pixels `first` and `second`, the latter's weight in `1 << bits`ths.
pub(crate) struct Columns<'a> {
    pub first: &'a [u32],
    pub second: &'a [u32],
    pub weight: &'a [u16],
    /// 8, or 4 where all the weights of both axes are sixteenths.
    pub bits: u32,
}

/// Everything an instruction set provides. Slices belong together as described; lengths are checked by the callers
/// and asserted by the kernels that use pointers.
pub(crate) struct Kernels {
    /// Two rows of luma and one of chroma from RGB.
    pub rgb_to_ycbcr: fn(&Forward, RgbRows, YcbcrOut),
    /// `(rows, weights, cb, cr)`: blends two chroma rows into quarters, with a repeated sample at both ends.
    pub blend_chroma: fn([ChromaIn; 2], Quarters, &mut [u16], &mut [u16]),
    /// A row of RGB from luma and blended chroma.
    #[cfg_attr(not(test), expect(dead_code, reason = "what `subsampled_to_rgb` falls back on is tested by itself"))]
    pub ycbcr_to_rgb: fn(&Inverse, YcbcrRow, &mut [u8]),
    /// A row of RGB from luma and the chroma rows around it.
    pub subsampled_to_rgb: fn(&Inverse, &SubsampledRow, ChromaMemory, &mut [u8]),
    /// A row scaled sideways into 16-bit samples, `1 << bits` times their value.
    pub scale_columns: fn(&[u8], &Columns, &mut [u16]),
    /// `(rows, weight of the second, bits, out)`: blends two rows of `scale_columns` and rounds.
    pub scale_rows: fn([&[u16]; 2], u16, u32, &mut [u8]),
    /// A 3×4 matrix in Q12 on a row of RGBA, in place.
    pub color_matrix: fn(&[i32; 12], &mut [u8]),
    /// `(target, source, opacity)`: straight-alpha RGBA over a row of RGBA.
    pub overlay: fn(&mut [u8], &[u8], u8),
    /// RGBA ↔ BGRA.
    pub swap_red_blue: fn(&[u8], &mut [u8]),
    /// Cb and Cr rows into one of both in turn.
    pub interleave: fn(&[u8], &[u8], &mut [u8]),
    /// The reverse.
    pub deinterleave: fn(&[u8], &mut [u8], &mut [u8]),
    /// What portable code does well enough.
    pub plain: PlainKernels,
}
