//! Rows of RGBA from the source, whatever its format.

use super::Run;
use super::component_rows::Components;
use super::resampler::Supply;
use crate::color::{ChromaLocation, Upsampling};
use crate::image::Format;
use crate::kernels::{ChromaIn, ChromaMemory, ChromaParts, Quarters, SubsampledRow};
use crate::program::{Loader, Pixels};
use crate::work::FixedForm;

/// Bytes from which a target is written past the caches: a frame of 4K would leave nothing else in them, and its lines
/// would be read from memory before they are overwritten.
const STREAMED_BYTES: usize = 16 << 20;

pub(super) struct ImageRows<'a> {
    run: Run<'a>,
    loader: &'a Loader,
    /// Nothing is done between loading and storing.
    is_whole: bool,
    /// Rows go straight to a target that is larger than the caches.
    is_streamed: bool,
    /// A row of 8-bit pixels, or of luma, and rows of chroma, where they aren't used as they lie.
    bytes: [Vec<u8>; 3],
    /// Chroma in quarters, with a repeated sample at both ends.
    quarters: [Vec<u16>; 2],
    /// What a row of chroma adds to pixels, and which row it is.
    parts: ChromaParts,
    parts_of: Option<usize>,
    /// Luma, and chroma in sixteenths, of every pixel.
    codes: [Vec<u16>; 3],
    /// Two rows of chroma of 10 bits, and which they are.
    chroma: [[Vec<u16>; 2]; 2],
    held: [Option<usize>; 2],
}

impl<'a> ImageRows<'a> {
    pub fn new(run: &Run<'a>, pixels: &'a Pixels) -> Self {
        let (image, loader) = (&run.source, &pixels.loader);
        let format = image.format;
        let (width, height) = (image.width as usize, image.height as usize);
        let (samples, _) = format.component_size(1, image.width, image.height);
        let has_form = loader.form.is_some();
        let is = |condition: bool, length: usize| if condition { length } else { 0 };
        let ten = format.bits() == 10;
        let packed = format.is_packed_ycbcr();
        let quarters = is(format.is_ycbcr() && format != Format::I444, samples + 2);
        let luma = if format == Format::Bgra { 4 * width } else { is(packed, width) };
        let bytes = [luma, is(packed, samples), is(packed, samples)];
        let row = |length: usize| vec![0; length];
        let is_whole = pixels.passes.len() == 1 && pixels.passes[0].steps.is_empty();
        Self {
            run: *run,
            loader,
            is_whole,
            is_streamed: is_whole && !run.program.target.format.is_ycbcr() && 4 * width * height >= STREAMED_BYTES,
            bytes: bytes.map(|length| vec![0; length]),
            quarters: [row(quarters), row(quarters)],
            parts: ChromaParts::default(),
            parts_of: None,
            codes: [(); 3].map(|()| row(is(has_form, width))),
            chroma: [(); 2].map(|()| [(); 2].map(|()| row(is(ten, samples)))),
            held: [None; 2],
        }
    }

    /// Row `y` where it lies, if it is what comes after as it is.
    pub fn direct(&self, y: usize) -> Option<&'a [u8]> {
        match self.run.source.format {
            Format::Rgba => Some(self.run.source.row(0, y)),
            // The target's coefficients are in this order when there are no steps.
            Format::Bgra if self.is_whole => Some(self.run.source.row(0, y)),
            _ => None,
        }
    }

    pub fn produce8(&mut self, y: usize, out: &mut [u8]) {
        let Run { source, kernels, .. } = self.run;
        match (source.format, &self.loader.form) {
            (Format::Rgba, _) => out.copy_from_slice(source.row(0, y)),
            (Format::Bgra, _) => (kernels.swap_red_blue)(source.row(0, y), out),
            (Format::Rgba16F, _) => unreachable!("half floats are loaded at 16 bits"),
            (_, Some(form)) => {
                self.make_codes(y);
                (kernels.plain.load_form8)(form, self.codes.each_ref().map(|row| &row[..]), out);
            }
            (_, None) => self.produce_exact(y, out),
        }
    }

    pub fn produce16(&mut self, y: usize, out: &mut [u16]) {
        let Run { source, kernels, .. } = self.run;
        match source.format {
            Format::Rgba => (kernels.plain.widen)(source.row(0, y), out),
            Format::Bgra => {
                (kernels.swap_red_blue)(source.row(0, y), &mut self.bytes[0]);
                (kernels.plain.widen)(&self.bytes[0], out);
            }
            Format::Rgba16F => (kernels.plain.load_half)(source.row(0, y), out),
            _ => {
                let form: &FixedForm = self.loader.form.as_ref().expect("checked: 16 bits have a form");
                self.make_codes(y);
                let codes = self.codes.each_ref().map(|row| &row[..]);
                match self.loader.gives_halfs {
                    true => (kernels.plain.load_form_half)(form, codes, out),
                    false => (kernels.plain.load_form16)(form, codes, out),
                }
            }
        }
    }

    /// 8-bit codes to 8-bit RGB, rounded once.
    fn produce_exact(&mut self, y: usize, out: &mut [u8]) {
        let Run { source, kernels, program, .. } = self.run;
        let inverse = &self.loader.inverse;
        // Without steps B G R A is written at once.
        let blue_first = self.is_whole && program.target.format == Format::Bgra;
        if source.format == Format::I444 {
            let codes = [0, 1, 2].map(|plane| source.row(plane, y));
            return (kernels.plain.ycbcr444_to_rgb)(inverse, codes, blue_first, out);
        }
        let (luma, chroma, rows) = bytes_of(&self.run, &mut self.bytes, y);
        // Nearest chroma is one row's for two rows of luma.
        let own = matches!(source.format, Format::Nv12 | Format::I420).then_some(y / 2);
        let again = own.is_some() && own == self.parts_of && program.upsampling == Upsampling::Nearest;
        self.parts_of = own;
        let columns = self.loader.columns;
        let row = SubsampledRow { luma, chroma, rows, columns, blue_first, streamed: self.is_streamed, again };
        let [cb, cr] = &mut self.quarters;
        (kernels.subsampled_to_rgb)(inverse, &row, ChromaMemory { quarters: [cb, cr], parts: &mut self.parts }, out);
    }

    /// Fills `codes` for row `y`.
    fn make_codes(&mut self, y: usize) {
        let Run { source, kernels, .. } = self.run;
        let plain = &kernels.plain;
        if source.format.bits() == 10 {
            let mut components = Components { image: source, kernels };
            components.fill(y, [&mut self.codes[0]]);
            self.blend_words(y, &mut components);
        } else if source.format == Format::I444 {
            let [luma, chroma @ ..] = &mut self.codes;
            (plain.widen_codes)(source.row(0, y), luma);
            for (plane, out) in chroma.iter_mut().enumerate() {
                (plain.sixteenths)(source.row(1 + plane, y), out);
            }
            return;
        } else {
            let (luma, chroma, weights) = bytes_of(&self.run, &mut self.bytes, y);
            let [cb, cr] = &mut self.quarters;
            (kernels.blend_chroma)(chroma, weights, cb, cr);
            (plain.widen_codes)(luma, &mut self.codes[0]);
        }
        for (quarters, out) in self.quarters.iter().zip(&mut self.codes[1..]) {
            (plain.spread_quarters)(quarters, self.loader.columns, out);
        }
    }

    /// Chroma of 10 bits in quarters, for row `y`.
    fn blend_words(&mut self, y: usize, components: &mut Components<'a>) {
        let Run { source, kernels, program, .. } = self.run;
        let rows = source.height.div_ceil(2) as usize;
        let (pair, weights) = chroma_rows(y, rows, program.source.color.chroma_location, program.upsampling);
        for row in pair {
            if self.held[row % 2] != Some(row) {
                components.fill(row, self.chroma[row % 2].each_mut().map(|samples| &mut samples[..]));
                self.held[row % 2] = Some(row);
            }
        }
        for (component, out) in self.quarters.iter_mut().enumerate() {
            let rows = pair.map(|row| &self.chroma[row % 2][component][..]);
            (kernels.plain.blend_codes)(rows, weights, out);
        }
    }
}

/// Luma of row `y`, the chroma rows that it lies between, and their weights, of a source of 8 bits that has fewer
/// chroma samples than pixels; `bytes` are for those that don't lie apart.
fn bytes_of<'b, 'a: 'b>(
    run: &Run<'a>,
    [luma, cb, cr]: &'b mut [Vec<u8>; 3],
    y: usize,
) -> (&'b [u8], [ChromaIn<'b>; 2], Quarters) {
    let Run { source, kernels, program, .. } = run;
    match source.format {
        Format::Yuy2 | Format::Uyvy => {
            let split = if source.format == Format::Yuy2 { kernels.plain.split_yuy2 } else { kernels.plain.split_uyvy };
            split(source.row(0, y), luma, cb, cr);
            (luma, [ChromaIn::Planar(cb, cr); 2], [4, 0])
        }
        Format::I422 => (source.row(0, y), [ChromaIn::Planar(source.row(1, y), source.row(2, y)); 2], [4, 0]),
        format => {
            let rows = source.height.div_ceil(2) as usize;
            let (pair, weights) = chroma_rows(y, rows, program.source.color.chroma_location, program.upsampling);
            let row = |row| match format {
                Format::I420 => ChromaIn::Planar(source.row(1, row), source.row(2, row)),
                _ => ChromaIn::Interleaved(source.row(1, row)),
            };
            (source.row(0, y), pair.map(row), weights)
        }
    }
}

/// The two chroma rows that luma row `y` lies between, and their weights.
fn chroma_rows(y: usize, rows: usize, location: ChromaLocation, upsampling: Upsampling) -> ([usize; 2], Quarters) {
    let own = y / 2;
    let (above, below) = (own.saturating_sub(1), (own + 1).min(rows - 1));
    let even = y.is_multiple_of(2);
    match (upsampling, location) {
        (Upsampling::Nearest, _) => ([own, own], [4, 0]),
        (Upsampling::Bilinear, ChromaLocation::TopLeft) if even => ([own, own], [4, 0]),
        (Upsampling::Bilinear, ChromaLocation::TopLeft) => ([own, below], [2, 2]),
        (Upsampling::Bilinear, _) if even => ([above, own], [1, 3]),
        (Upsampling::Bilinear, _) => ([own, below], [3, 1]),
    }
}
