//! Rows of RGBA → rows of Y'CbCr codes, by integer forms.

use crate::color::Forward;
use crate::sample::Sample;
use crate::work::FixedForm;

/// Which pixels along an axis a chroma sample is the mean of, with their weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cover {
    /// Its own: chroma is of full size.
    One,
    /// Two with weight 1.
    Box,
    /// The one before with weight 1, its own with 2, the one after with 1.
    Tent,
}

impl Cover {
    /// Binary logarithm of the sum of the weights.
    pub fn bits(self) -> u32 {
        match self {
            Self::One => 0,
            Self::Box => 1,
            Self::Tent => 2,
        }
    }

    /// Pixels from one chroma sample to the next.
    pub fn step(self) -> usize {
        if self == Self::One { 1 } else { 2 }
    }

    #[inline(always)]
    fn sum(self, before: u32, own: u32, after: u32) -> u32 {
        match self {
            Self::One => own,
            Self::Box => own + after,
            Self::Tent => before + 2 * own + after,
        }
    }
}

/// How pixels become codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoreForm {
    /// With coefficients in the order of a pixel's channels in memory.
    pub form: FixedForm,
    /// 255 or 1023.
    pub largest: i32,
    pub across: Cover,
    pub down: Cover,
}

/// What is added before the shift, for columns 0 to 7 and all that repeat them.
pub(crate) type Halves = [i32; 8];

/// Rows of pixels from which a row of chroma is made.
#[derive(Clone, Copy)]
pub(crate) struct StoreRows<'a, S> {
    /// Above `top` (or `top` itself at the edge).
    pub above: &'a [S],
    pub top: &'a [S],
    /// Below `top` (or `top` itself at the edge).
    pub bottom: &'a [S],
}

/// `(form, rows, halves, cb, cr)`: one row of chroma.
#[inline(always)]
pub(crate) fn store_chroma8(form: &StoreForm, rows: StoreRows<u8>, halves: &Halves, cb: &mut [u16], cr: &mut [u16]) {
    // At 8 bits the forms are for the weighted sums.
    store_chroma(form, rows, halves, cb, cr, |sum| sum);
}

#[inline(always)]
pub(crate) fn store_chroma16(form: &StoreForm, rows: StoreRows<u16>, halves: &Halves, cb: &mut [u16], cr: &mut [u16]) {
    let bits = form.across.bits() + form.down.bits();
    store_chroma(form, rows, halves, cb, cr, |sum| (sum + (1 << bits) / 2) >> bits);
}

#[inline(always)]
fn store_chroma<S: Sample>(
    store: &StoreForm,
    rows: StoreRows<S>,
    halves: &Halves,
    cb: &mut [u16],
    cr: &mut [u16],
    mean: impl Fn(u32) -> u32 + Copy,
) {
    // One branch outside the loop for each pair of axes that there is.
    match (store.across, store.down) {
        (Cover::One, _) => covered::<S, 0, 0>(store, rows, halves, cb, cr, mean),
        (Cover::Box, Cover::One) => covered::<S, 1, 0>(store, rows, halves, cb, cr, mean),
        (Cover::Tent, Cover::One) => covered::<S, 2, 0>(store, rows, halves, cb, cr, mean),
        (Cover::Box, _) => covered::<S, 1, 1>(store, rows, halves, cb, cr, mean),
        (Cover::Tent, Cover::Box) => covered::<S, 2, 1>(store, rows, halves, cb, cr, mean),
        (Cover::Tent, Cover::Tent) => covered::<S, 2, 2>(store, rows, halves, cb, cr, mean),
    }
}

/// Samples of chroma that are made together; a multiple of 8.
const SAMPLES: usize = 16;

const fn cover(bits: u32) -> Cover {
    match bits {
        0 => Cover::One,
        1 => Cover::Box,
        _ => Cover::Tent,
    }
}

#[inline(always)]
fn covered<S: Sample, const ACROSS: u32, const DOWN: u32>(
    store: &StoreForm,
    rows: StoreRows<S>,
    halves: &Halves,
    cb: &mut [u16],
    cr: &mut [u16],
    mean: impl Fn(u32) -> u32 + Copy,
) {
    let (across, down) = (cover(ACROSS), cover(DOWN));
    let [above, top, bottom] = [rows.above, rows.top, rows.bottom].map(|row| row.as_chunks::<4>().0);
    let (step, [_, cb_row, cr_row]) = (across.step(), *store.form.rows());
    let column = |x: usize| -> [u32; 4] {
        std::array::from_fn(|i| down.sum(above[x][i].wide(), top[x][i].wide(), bottom[x][i].wide()))
    };
    // Sums down the columns that a block of samples covers, from the one before the first.
    let mut columns = [[0; 4]; 2 * SAMPLES + 2];
    for (block, (cb, cr)) in cb.chunks_mut(SAMPLES).zip(cr.chunks_mut(SAMPLES)).enumerate() {
        let first = step * SAMPLES * block;
        let inside = (step * cb.len()).min(top.len() - first);
        let [above, top, bottom] = [above, top, bottom].map(|row| &row[first..first + inside]);
        for (out, ((above, top), bottom)) in columns[1..=inside].iter_mut().zip(above.iter().zip(top).zip(bottom)) {
            *out = std::array::from_fn(|i| down.sum(above[i].wide(), top[i].wide(), bottom[i].wide()));
        }
        columns[0] = if first == 0 { columns[1] } else { column(first - 1) };
        columns[inside + 1] = columns[inside];
        for (i, (cb, cr)) in cb.iter_mut().zip(cr).enumerate() {
            let (before, own, after) = (columns[step * i], columns[step * i + 1], columns[step * i + 2]);
            let means = std::array::from_fn(|i| mean(across.sum(before[i], own[i], after[i])) as i32);
            let half = halves[i & 7];
            *cb = code::<S>(cb_row, means, half, store);
            *cr = code::<S>(cr_row, means, half, store);
        }
    }
}

#[inline(always)]
fn code<S: Sample>([x, y, z, k]: [i32; 4], pixel: [i32; 3], half: i32, store: &StoreForm) -> u16 {
    let products =
        |[r, g, b]: [i32; 3]| x.wrapping_mul(r).wrapping_add(y.wrapping_mul(g)).wrapping_add(z.wrapping_mul(b));
    // At 16 bits factors have 8 more bits, and channels are split so that 32 still hold the sums.
    let sum = if S::BYTE == 1 {
        products(pixel)
    } else {
        products(pixel.map(|channel| channel >> 8)).wrapping_add(products(pixel.map(|channel| channel & 255)) >> 8)
    };
    (sum.wrapping_add(k).wrapping_add(half) >> store.form.shift()).clamp(0, store.largest) as u16
}

/// `(form, row, halves, luma)`: one row of luma.
#[inline(always)]
pub(crate) fn store_luma8(form: &StoreForm, row: &[u8], halves: &Halves, out: &mut [u16]) {
    store_luma(form, row, halves, out);
}

#[inline(always)]
pub(crate) fn store_luma16(form: &StoreForm, row: &[u16], halves: &Halves, out: &mut [u16]) {
    store_luma(form, row, halves, out);
}

#[inline(always)]
fn store_luma<S: Sample>(store: &StoreForm, row: &[S], halves: &Halves, out: &mut [u16]) {
    let [luma, ..] = *store.form.rows();
    let of = |pixel: &[S; 4], half| code::<S>(luma, std::array::from_fn(|i| pixel[i].wide() as i32), half, store);
    // Without dither one loop does, which is what LLVM makes vectors of.
    if halves.iter().all(|half| *half == halves[0]) {
        for (out, pixel) in out.iter_mut().zip(row.as_chunks::<4>().0) {
            *out = of(pixel, halves[0]);
        }
        return;
    }
    let (blocks, rest) = out.as_chunks_mut::<8>();
    let (pixels, pixels_rest) = row.as_chunks::<32>();
    for (block, pixels) in blocks.iter_mut().zip(pixels) {
        for ((out, pixel), &half) in block.iter_mut().zip(pixels.as_chunks::<4>().0).zip(halves) {
            *out = of(pixel, half);
        }
    }
    for ((out, pixel), &half) in rest.iter_mut().zip(pixels_rest.as_chunks::<4>().0).zip(halves) {
        *out = of(pixel, half);
    }
}

/// A row of RGB (or BGR, as the coefficients are) into 8-bit 4:4:4, exactly.
#[inline(always)]
pub(crate) fn rgb_to_ycbcr444(forward: &Forward, row: &[u8], [luma, cb, cr]: [&mut [u8]; 3]) {
    let dot = |coefficients: &[i16; 4], pixel: &[u8; 4]| -> i32 {
        (0..3).map(|i| i32::from(coefficients[i]) * i32::from(pixel[i])).sum()
    };
    let pixels = row.as_chunks::<4>().0;
    for (out, pixel) in luma.iter_mut().zip(pixels) {
        *out = forward.luma_code.code(dot(&forward.luma, pixel));
    }
    // Chroma's forms are for sums of weight 16.
    for ((cb, cr), pixel) in cb.iter_mut().zip(cr).zip(pixels) {
        *cb = forward.cb_code.code(16 * dot(&forward.cb, pixel));
        *cr = forward.cr_code.code(16 * dot(&forward.cr, pixel));
    }
}
