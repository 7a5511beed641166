//! What resampling does to each kind of samples.

use crate::plain::PlainKernels;
use crate::sample::Sample;
use crate::work::Taps;

/// Resamples a row along it.
type Columns<S, W> = fn(&PlainKernels, &[S], &Taps, &mut [W]);
/// Blends rows by their weights.
type Rows<W, O> = fn(&PlainKernels, &[&[W]], &[i16], &mut [O]);
/// Makes a row of two, half as long.
type Halve<S, O> = fn(&PlainKernels, [&[S]; 2], [i16; 2], [i16; 2], &mut [O]);

/// The arithmetic of a kind of samples.
pub(super) trait Kind {
    type Sample: Sample + Into<i32>;
    /// What is resampled along rows.
    type Wide: Copy + Default + Into<i32>;
    /// What comes out.
    type Out: Copy;
    const COLUMNS: Columns<Self::Sample, Self::Wide>;
    const ROWS: Rows<Self::Wide, Self::Out>;
    const RAW_ROWS: Rows<Self::Sample, Self::Out>;
    /// A sum of `Wide`s, and one of samples, rounded.
    const ROUND: fn(i32) -> Self::Out;
    const RAW_ROUND: fn(i32) -> Self::Out;
    const HALVE: Option<Halve<Self::Sample, Self::Out>>;
}

/// RGBA, 8 bits a channel.
pub(super) struct Pixels8;
/// RGBA, 16 bits a channel.
pub(super) struct Pixels16;
/// A component of 8 bits.
pub(super) struct Plane8;
/// A component of 10 bits.
pub(super) struct Plane10;
/// A component of 8 bits, in 12 afterwards.
pub(super) struct Plane8To12;
/// A component of 10 bits, in 12 afterwards.
pub(super) struct Plane10To12;

fn ten(value: i32) -> u16 {
    value.clamp(0, 1023) as u16
}

fn twelve(value: i32) -> u16 {
    value.clamp(0, 4095) as u16
}

impl Kind for Pixels8 {
    type Sample = u8;
    type Wide = i16;
    type Out = u8;
    const COLUMNS: Columns<u8, i16> = |k, row, taps, out| (k.pixel_columns8)(row, taps, out);
    const ROWS: Rows<i16, u8> = |k, rows, weights, out| (k.rows8)(rows, weights, out);
    const RAW_ROWS: Rows<u8, u8> = |k, rows, weights, out| (k.raw_rows8)(rows, weights, out);
    const ROUND: fn(i32) -> u8 = |sum| u8::clamped((sum + (1 << 19)) >> 20);
    const RAW_ROUND: fn(i32) -> u8 = |sum| u8::clamped((sum + 8192) >> 14);
    const HALVE: Option<Halve<u8, u8>> = None;
}

impl Kind for Pixels16 {
    type Sample = u16;
    type Wide = i32;
    type Out = u16;
    const COLUMNS: Columns<u16, i32> = |k, row, taps, out| (k.pixel_columns16)(row, taps, out);
    const ROWS: Rows<i32, u16> = |k, rows, weights, out| (k.rows16)(rows, weights, out);
    const RAW_ROWS: Rows<u16, u16> = |k, rows, weights, out| (k.raw_rows16)(rows, weights, out);
    const ROUND: fn(i32) -> u16 = |sum| u16::clamped((sum + 8192) >> 14);
    const RAW_ROUND: fn(i32) -> u16 = Self::ROUND;
    const HALVE: Option<Halve<u16, u16>> = None;
}

impl Kind for Plane8 {
    type Sample = u8;
    type Wide = i16;
    type Out = u8;
    const COLUMNS: Columns<u8, i16> = |k, row, taps, out| (k.columns8)(row, taps, out);
    const ROWS: Rows<i16, u8> = Pixels8::ROWS;
    const RAW_ROWS: Rows<u8, u8> = Pixels8::RAW_ROWS;
    const ROUND: fn(i32) -> u8 = Pixels8::ROUND;
    const RAW_ROUND: fn(i32) -> u8 = Pixels8::RAW_ROUND;
    const HALVE: Option<Halve<u8, u8>> = Some(|k, rows, across, down, out| (k.halve8)(rows, across, down, out));
}

impl Kind for Plane10 {
    type Sample = u16;
    type Wide = i16;
    type Out = u16;
    const COLUMNS: Columns<u16, i16> = |k, row, taps, out| (k.columns10)(row, taps, out);
    const ROWS: Rows<i16, u16> = |k, rows, weights, out| (k.rows10)(rows, weights, out);
    const RAW_ROWS: Rows<u16, u16> = |k, rows, weights, out| (k.raw_rows10)(rows, weights, out);
    const ROUND: fn(i32) -> u16 = |sum| ten((sum + (1 << 17)) >> 18);
    const RAW_ROUND: fn(i32) -> u16 = |sum| ten((sum + 8192) >> 14);
    const HALVE: Option<Halve<u16, u16>> = Some(|k, rows, across, down, out| (k.halve10)(rows, across, down, out));
}

impl Kind for Plane8To12 {
    type Sample = u8;
    type Wide = i16;
    type Out = u16;
    const COLUMNS: Columns<u8, i16> = Plane8::COLUMNS;
    const ROWS: Rows<i16, u16> = |k, rows, weights, out| (k.rows12)(rows, weights, out);
    const RAW_ROWS: Rows<u8, u16> = |k, rows, weights, out| (k.raw_rows8to12)(rows, weights, out);
    const ROUND: fn(i32) -> u16 = |sum| twelve((sum + (1 << 15)) >> 16);
    const RAW_ROUND: fn(i32) -> u16 = |sum| twelve((sum + 512) >> 10);
    const HALVE: Option<Halve<u8, u16>> = None;
}

impl Kind for Plane10To12 {
    type Sample = u16;
    type Wide = i16;
    type Out = u16;
    const COLUMNS: Columns<u16, i16> = Plane10::COLUMNS;
    const ROWS: Rows<i16, u16> = Plane8To12::ROWS;
    const RAW_ROWS: Rows<u16, u16> = |k, rows, weights, out| (k.raw_rows10to12)(rows, weights, out);
    const ROUND: fn(i32) -> u16 = Plane8To12::ROUND;
    const RAW_ROUND: fn(i32) -> u16 = |sum| twelve((sum + 2048) >> 12);
    const HALVE: Option<Halve<u16, u16>> = None;
}
