//! The list of the kernels, from which the table's type and its contents for each instruction set are made.

use crate::color::{Forward, Inverse};
use crate::kernels::{ColumnWeights, Quarters};
use crate::operations::BlendMode;
use crate::plain::{Halves, StoreForm, StoreRows};
use crate::work::{Codes, Cube, FixedForm, Taps};

/// Calls a macro with the list: a name, where the kernel is, its arguments.
macro_rules! for_plain_kernels {
    ($callback:ident $(, $argument:literal)?) => {
        $callback! {
            $($argument,)?
            /// A row of a plane resampled along it: `(Σ w·p + 128) >> 8`.
            columns8 = resample::columns8(row: &[u8], taps: &Taps, out: &mut [i16]);
            /// As `columns8`, of 10-bit codes: `(Σ w·p + 512) >> 10`.
            columns10 = resample::columns10(row: &[u16], taps: &Taps, out: &mut [i16]);
            /// A row of 8-bit RGBA resampled along it: `(Σ w·p + 128) >> 8`.
            pixel_columns8 = resample::pixel_columns8(row: &[u8], taps: &Taps, out: &mut [i16]);
            /// A row of 16-bit RGBA resampled along it: `clamp((Σ w·p + 8192) >> 14, -16384, 81919)`.
            pixel_columns16 = resample::pixel_columns16(row: &[u16], taps: &Taps, out: &mut [i32]);
            /// Rows of `columns8` or `pixel_columns8` blended: `clamp((Σ w·h + 2^19) >> 20)`. One weight of 16,384
            /// rounds a row.
            rows8 = resample::rows8(rows: &[&[i16]], weights: &[i16], out: &mut [u8]);
            /// Rows of `columns10` blended: `clamp((Σ w·h + 2^17) >> 18, 0, 1023)`.
            rows10 = resample::rows10(rows: &[&[i16]], weights: &[i16], out: &mut [u16]);
            /// Rows of `columns8` or `columns10` blended into 12 bits: `clamp((Σ w·h + 2^15) >> 16, 0, 4095)`.
            rows12 = resample::rows12(rows: &[&[i16]], weights: &[i16], out: &mut [u16]);
            /// Rows of `pixel_columns16` blended: `clamp((Σ w·h + 8192) >> 14)`.
            rows16 = resample::rows16(rows: &[&[i32]], weights: &[i16], out: &mut [u16]);
            /// Rows of samples blended: `clamp((Σ w·p + 8192) >> 14)`.
            raw_rows8 = resample::raw_rows8(rows: &[&[u8]], weights: &[i16], out: &mut [u8]);
            /// As `raw_rows8`, of 10-bit codes.
            raw_rows10 = resample::raw_rows10(rows: &[&[u16]], weights: &[i16], out: &mut [u16]);
            /// As `raw_rows8`, into 12 bits: `clamp((Σ w·p + 512) >> 10, 0, 4095)`.
            raw_rows8to12 = resample::raw_rows8to12(rows: &[&[u8]], weights: &[i16], out: &mut [u16]);
            /// As `raw_rows10`, into 12 bits: `clamp((Σ w·p + 2048) >> 12, 0, 4095)`.
            raw_rows10to12 = resample::raw_rows10to12(rows: &[&[u16]], weights: &[i16], out: &mut [u16]);
            /// As `raw_rows8`, of 16-bit samples.
            raw_rows16 = resample::raw_rows16(rows: &[&[u16]], weights: &[i16], out: &mut [u16]);
            /// A plane's row from two, half as long: `columns8` of samples 2x and 2x + 1, then `rows8`.
            halve8 = resample::halve8(rows: [&[u8]; 2], across: [i16; 2], down: [i16; 2], out: &mut [u8]);
            /// As `halve8`, of 10-bit codes.
            halve10 = resample::halve10(rows: [&[u16]; 2], across: [i16; 2], down: [i16; 2], out: &mut [u16]);
            /// P010's words as 8-bit codes of limited range: `min((code + 2) >> 2, 255)`.
            round_high10 = direct::round_high10(words: &[u8], out: &mut [u8]);
            /// Luma of a row of YUY2.
            luma_of_yuy2 = direct::luma_of_yuy2(row: &[u8], out: &mut [u8]);
            /// Cb and Cr in turn of two rows of YUY2, averaged.
            chroma_of_yuy2 = direct::chroma_of_yuy2(rows: [&[u8]; 2], out: &mut [u8]);
            /// Two rows of YUY2 into luma rows and their chroma row, which may go past the caches; `ahead` are the rows
            /// of the next call; empty ones end the stream.
            stream_yuy2 = direct::stream_yuy2(
                rows: [&[u8]; 2], ahead: [&[u8]; 2], luma: [&mut [u8]; 2], chroma: &mut [u8]
            );
            /// A row of samples from two rows of twice as many, each of four with equal weights; `ahead` are the rows of
            /// the next call, or empty ones.
            halve_box = direct::halve_box(rows: [&[u8]; 2], ahead: [&[u8]; 2], out: &mut [u8]);
            /// As `halve_box`, with weights in quarters.
            halve_quarters = direct::halve_quarters(
                rows: [&[u8]; 2], ahead: [&[u8]; 2], across: [u16; 2], down: [u16; 2], out: &mut [u8]
            );
            /// As `halve_quarters`, of two components in turn.
            halve_pairs = direct::halve_pairs(
                rows: [&[u8]; 2], ahead: [&[u8]; 2], across: [u16; 2], down: [u16; 2], out: &mut [u8]
            );
            /// A row of 4-byte pixels from two rows of twice as many, each of four with equal weights.
            halve_pixels = direct::halve_pixels(rows: [&[u8]; 2], out: &mut [u8]);
            /// 8-bit codes as 16-bit numbers.
            widen_codes = planes::widen_codes(row: &[u8], out: &mut [u16]);
            /// The reverse; codes are at most 255.
            narrow_codes = planes::narrow_codes(row: &[u16], out: &mut [u8]);
            /// Codes through a table, 8 to 8 bits.
            recode8 = planes::recode8(codes: &Codes, row: &[u8], out: &mut [u8]);
            /// 8 to 10 bits.
            recode8to10 = planes::recode8to10(codes: &Codes, row: &[u8], out: &mut [u16]);
            /// 10 or 12 bits to 10.
            recode10 = planes::recode10(codes: &Codes, row: &[u16], out: &mut [u16]);
            /// 10 or 12 bits to 8; with a row of the dither's matrix the table is in 64ths: `min((code + B) >> 6, 255)`.
            recode10to8 = planes::recode10to8(
                codes: &Codes, bayer: Option<&[u8; 8]>, row: &[u16], out: &mut [u8]
            );
            /// P010's luma.
            unpack_high10 = planes::unpack_high10(bytes: &[u8], out: &mut [u16]);
            /// I420P10's planes; words above 1023 count as 1023.
            unpack_low10 = planes::unpack_low10(bytes: &[u8], out: &mut [u16]);
            /// The reverse of `unpack_high10`; the lower six bits are 0.
            pack_high10 = planes::pack_high10(row: &[u16], bytes: &mut [u8]);
            /// The reverse of `unpack_low10`.
            pack_low10 = planes::pack_low10(row: &[u16], bytes: &mut [u8]);
            /// P010's chroma.
            split_high10 = planes::split_high10(bytes: &[u8], cb: &mut [u16], cr: &mut [u16]);
            /// The reverse.
            join_high10 = planes::join_high10(cb: &[u16], cr: &[u16], bytes: &mut [u8]);
            /// YUY2: Y0 U Y1 V.
            split_yuy2 = planes::split_yuy2(bytes: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]);
            /// UYVY: U Y0 V Y1.
            split_uyvy = planes::split_uyvy(bytes: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]);
            /// The reverse; an odd last luma is written twice.
            join_yuy2 = planes::join_yuy2(luma: &[u8], cb: &[u8], cr: &[u8], bytes: &mut [u8]);
            /// As `join_yuy2`.
            join_uyvy = planes::join_uyvy(luma: &[u8], cb: &[u8], cr: &[u8], bytes: &mut [u8]);
            /// Two rows of one chroma component blended into quarters, with a repeated sample at both ends.
            blend_codes = load::blend_codes(rows: [&[u16]; 2], weights: Quarters, out: &mut [u16]);
            /// Chroma of every pixel in sixteenths, from `blend_codes` or `blend_chroma`.
            spread_quarters = load::spread_quarters(quarters: &[u16], weights: ColumnWeights, out: &mut [u16]);
            /// 8-bit chroma of full size in sixteenths.
            sixteenths = load::sixteenths(codes: &[u8], out: &mut [u16]);
            /// 8-bit RGBA from luma codes and chroma in sixteenths.
            load_form8 = load::load_form8(form: &FixedForm, codes: [&[u16]; 3], out: &mut [u8]);
            /// 16-bit RGBA from luma codes and chroma in sixteenths.
            load_form16 = load::load_form16(form: &FixedForm, codes: [&[u16]; 3], out: &mut [u16]);
            /// RGBA of half floats from luma codes and chroma in sixteenths.
            load_form_half = load::load_form_half(form: &FixedForm, codes: [&[u16]; 3], out: &mut [u16]);
            /// RGBA, or BGRA, from a row of 8-bit 4:4:4, exactly.
            ycbcr444_to_rgb = load::ycbcr444_to_rgb(
                inverse: &Inverse, codes: [&[u8]; 3], blue_first: bool, out: &mut [u8]
            );
            /// A row of 8-bit 4:4:4 from RGB, exactly.
            rgb_to_ycbcr444 = store::rgb_to_ycbcr444(forward: &Forward, row: &[u8], out: [&mut [u8]; 3]);
            /// A row of luma codes from 8-bit RGB.
            store_luma8 = store::store_luma8(form: &StoreForm, row: &[u8], halves: &Halves, out: &mut [u16]);
            /// A row of luma codes from 16-bit RGB.
            store_luma16 = store::store_luma16(form: &StoreForm, row: &[u16], halves: &Halves, out: &mut [u16]);
            /// A row of chroma codes from 8-bit RGB: the form of the weighted sums.
            store_chroma8 = store::store_chroma8(
                form: &StoreForm, rows: StoreRows<u8>, halves: &Halves, cb: &mut [u16], cr: &mut [u16]
            );
            /// A row of chroma codes from 16-bit RGB: the form of the rounded means.
            store_chroma16 = store::store_chroma16(
                form: &StoreForm, rows: StoreRows<u16>, halves: &Halves, cb: &mut [u16], cr: &mut [u16]
            );
            /// Half floats to 16 bits, cut off at 0 and 1.
            load_half = half::load_half(bytes: &[u8], out: &mut [u16]);
            /// The reverse.
            store_half = half::store_half(row: &[u16], bytes: &mut [u8]);
            /// Half floats as bytes.
            write_halfs = half::write_halfs(row: &[u16], bytes: &mut [u8]);
            /// RGBA of 8 bits to 16.
            widen = depth::widen(row: &[u8], out: &mut [u16]);
            /// RGBA of 16 bits to 8, rounded half up.
            narrow = depth::narrow(row: &[u16], out: &mut [u8]);
            /// RGBA of 16 bits to 8 with a row of the dither's matrix; alpha rounded half up.
            narrow_dithered = depth::narrow_dithered(row: &[u16], bayer: &[u8; 8], out: &mut [u8]);
            /// A 3×4 matrix in Q12 on a row of 16-bit RGBA, in place.
            color_matrix16 = steps::color_matrix16(matrix: &[i32; 12], row: &mut [u16]);
            /// A row of a picture mixed into RGBA with one weight, in 256ths.
            mix_row8 = steps::mix_row8(weight: u16, picture: &[u8], row: &mut [u8]);
            /// As `mix_row8`.
            mix_row16 = steps::mix_row16(weight: u16, picture: &[u8], row: &mut [u16]);
            /// A row of a picture mixed into RGBA with a weight for each column.
            mix_columns8 = steps::mix_columns8(weights: &[u16], picture: &[u8], row: &mut [u8]);
            /// As `mix_columns8`.
            mix_columns16 = steps::mix_columns16(weights: &[u16], picture: &[u8], row: &mut [u16]);
            /// A colour cube on a row of RGBA, in place.
            lut3d8 = lut3d::lut3d8(cube: &Cube, row: &mut [u8]);
            /// As `lut3d8`.
            lut3d16 = lut3d::lut3d16(cube: &Cube, row: &mut [u16]);
            /// A picture over a row of RGBA.
            blend8 = blend::blend8(mode: BlendMode, picture: &[u8], opacity: u8, row: &mut [u8]);
            /// As `blend8`.
            blend16 = blend::blend16(mode: BlendMode, picture: &[u8], opacity: u8, row: &mut [u16]);
        }
    };
}

macro_rules! table_type {
    ($($(#[$doc:meta])* $name:ident = $file:ident :: $kernel:ident ($($argument:ident : $type:ty),*);)*) => {
        /// What all instruction sets have, in versions that LLVM has vectorised or of their own. Rows are as long as
        /// their kernel needs them for `out`; a slice too short is a panic, never a read outside.
        #[derive(Clone, Copy)]
        pub(crate) struct PlainKernels {
            $($(#[$doc])* pub $name: fn($($type),*),)*
        }
    };
}
for_plain_kernels!(table_type);

macro_rules! portable_table {
    ($($(#[$doc:meta])* $name:ident = $file:ident :: $kernel:ident ($($argument:ident : $type:ty),*);)*) => {
        /// For any processor.
        pub(crate) const PORTABLE: PlainKernels = PlainKernels { $($name: super::$file::$kernel,)* };
    };
}
for_plain_kernels!(portable_table);

/// The kernels compiled for target features: for tables that `dispatch` gives away only after finding them.
#[cfg(target_arch = "x86_64")]
macro_rules! featured_table {
    (
        $features:literal,
        $($(#[$doc:meta])* $name:ident = $file:ident :: $kernel:ident ($($argument:ident : $type:ty),*);)*
    ) => {
        PlainKernels {
            $($name: {
                #[target_feature(enable = $features)]
                fn compiled($($argument: $type),*) {
                    super::$file::$kernel($($argument),*);
                }
                |$($argument),*| {
                    // SAFETY: `dispatch` gives this table away only where the features have been found.
                    unsafe { compiled($($argument),*) }
                }
            },)*
        }
    };
}

/// For processors on which `avx2::is_available`.
#[cfg(target_arch = "x86_64")]
pub(crate) const AVX2: PlainKernels = for_plain_kernels!(featured_table, "avx2,fma");

/// For processors on which `avx512::is_available`.
#[cfg(target_arch = "x86_64")]
pub(crate) const AVX512: PlainKernels =
    for_plain_kernels!(featured_table, "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni");
