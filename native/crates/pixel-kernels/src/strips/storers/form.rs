//! RGB into Y'CbCr by integer forms.

use super::codes::Code;
use super::window::Window;
use crate::image::Band;
use crate::kernels::Kernels;
use crate::plain::{Cover, Halves, PlainKernels, StoreForm, StoreRows};
use crate::program::Storer;
use crate::strips::Run;
use crate::strips::chain::Chain;
use crate::strips::depth::Depth;
use crate::work::bayer_row;

/// The kernels of a depth.
pub(super) trait Stored: Depth {
    fn luma(kernels: &PlainKernels, form: &StoreForm, row: &[Self], halves: &Halves, out: &mut [u16]);
    fn chroma(kernels: &PlainKernels, form: &StoreForm, rows: StoreRows<Self>, halves: &Halves, out: [&mut [u16]; 2]);
    /// A row where it lies.
    fn direct<'a>(chain: &Chain<'a>, y: usize) -> Option<&'a [Self]>;
}

impl Stored for u8 {
    fn luma(kernels: &PlainKernels, form: &StoreForm, row: &[u8], halves: &Halves, out: &mut [u16]) {
        (kernels.store_luma8)(form, row, halves, out);
    }

    fn chroma(
        kernels: &PlainKernels,
        form: &StoreForm,
        rows: StoreRows<u8>,
        halves: &Halves,
        [cb, cr]: [&mut [u16]; 2],
    ) {
        (kernels.store_chroma8)(form, rows, halves, cb, cr);
    }

    fn direct<'a>(chain: &Chain<'a>, y: usize) -> Option<&'a [u8]> {
        chain.direct(y)
    }
}

impl Stored for u16 {
    fn luma(kernels: &PlainKernels, form: &StoreForm, row: &[u16], halves: &Halves, out: &mut [u16]) {
        (kernels.store_luma16)(form, row, halves, out);
    }

    fn chroma(
        kernels: &PlainKernels,
        form: &StoreForm,
        rows: StoreRows<u16>,
        halves: &Halves,
        [cb, cr]: [&mut [u16]; 2],
    ) {
        (kernels.store_chroma16)(form, rows, halves, cb, cr);
    }

    fn direct<'a>(_: &Chain<'a>, _: usize) -> Option<&'a [u16]> {
        None
    }
}

/// Rows of codes, and of bytes where the target has 8 bits.
struct Codes {
    words: [Vec<u16>; 3],
    bytes: [Vec<u8>; 3],
}

pub(super) fn write<S: Stored>(run: &Run, storer: &Storer, form: &StoreForm, chain: &mut Chain, band: &mut Band) {
    let target = &run.program.target;
    let (format, width) = (target.format, target.width as usize);
    let (samples, _) = format.component_size(1, target.width, target.height);
    let lengths = [width, samples, samples];
    let mut codes =
        Codes { words: lengths.map(|length| vec![0; length]), bytes: lengths.map(|length| vec![0; length]) };
    let is_direct = S::direct(chain, band.rows.start).is_some();
    let mut window = Window::<S>::new(if is_direct { 0 } else { 4 * width });
    let halves = |y: usize| match storer.dithered {
        true => bayer_row(y).map(|entry| form.form.dithered_half(entry)),
        false => [form.form.half(); 8],
    };
    for cy in band.chroma_rows(format) {
        let top = form.down.step() * cy;
        let above = if form.down == Cover::Tent { top.saturating_sub(1) } else { top };
        let bottom = (top + form.down.step() - 1).min(band.rows.end - 1);
        if !is_direct {
            for y in [above, top, bottom] {
                window.hold(y, chain);
            }
        }
        let row = |y: usize| S::direct(chain, y).unwrap_or_else(|| window.row(y));
        let [luma, cb, cr] = &mut codes.words;
        let rows = StoreRows { above: row(above), top: row(top), bottom: row(bottom) };
        S::chroma(&run.kernels.plain, form, rows, &halves(cy), [cb, cr]);
        if format.is_packed_ycbcr() {
            S::luma(&run.kernels.plain, form, row(top), &halves(top), luma);
            codes.put_packed(run, band, top);
            continue;
        }
        codes.put_chroma(run, band, cy);
        for y in top..=bottom {
            S::luma(&run.kernels.plain, form, row(y), &halves(y), &mut codes.words[0]);
            codes.put_luma(run, band, y);
        }
    }
}

impl Codes {
    fn narrow(&mut self, kernels: &Kernels, component: usize) {
        (kernels.plain.narrow_codes)(&self.words[component], &mut self.bytes[component]);
    }

    fn put_luma(&mut self, run: &Run, band: &mut Band, y: usize) {
        let format = run.program.target.format;
        if format.bits() == 10 {
            return u16::put_luma(run.kernels, format, band, y, &self.words[0]);
        }
        self.narrow(run.kernels, 0);
        u8::put_luma(run.kernels, format, band, y, &self.bytes[0]);
    }

    fn put_chroma(&mut self, run: &Run, band: &mut Band, y: usize) {
        let format = run.program.target.format;
        if format.bits() == 10 {
            let [_, cb, cr] = &self.words;
            return u16::put_chroma(run.kernels, format, band, y, [cb, cr]);
        }
        for component in [1, 2] {
            self.narrow(run.kernels, component);
        }
        let [_, cb, cr] = &self.bytes;
        u8::put_chroma(run.kernels, format, band, y, [cb, cr]);
    }

    fn put_packed(&mut self, run: &Run, band: &mut Band, y: usize) {
        for component in 0..3 {
            self.narrow(run.kernels, component);
        }
        let rows = self.bytes.each_ref().map(|row| &row[..]);
        u8::put_packed(run.kernels, run.program.target.format, band, y, rows);
    }
}
