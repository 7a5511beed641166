//! Frames in memory, read by columns: what a quarter turn needs.

use crate::error::KernelError;
use crate::program::{Pass, Pixels, Place};
use crate::sample::Sample;
use crate::work::Depth;
use std::sync::PoisonError;

/// Where a pass gets its rows.
pub(super) enum Origin {
    /// From the source image.
    Image,
    /// From what the pass before has made.
    Frame(Frame),
}

/// RGBA in memory, tightly packed.
pub(super) struct Frame {
    pub samples: Samples,
    /// Columns and rows.
    pub size: (usize, usize),
}

pub(super) enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

impl Frame {
    /// Memory for what a pass makes, from an earlier call where there was one.
    pub fn new(pass: &Pass, pixels: &Pixels) -> Result<Self, KernelError> {
        let length = 4 * pass.width * pass.height;
        let mut kept = pixels.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let samples = match pass.depth {
            Depth::Eight => Samples::Eight(sized(kept.eight.take(), length)?),
            Depth::Sixteen => Samples::Sixteen(sized(kept.sixteen.take(), length)?),
        };
        Ok(Self { samples, size: (pass.width, pass.height) })
    }

    /// Leaves the memory to the next call. One frame of each depth is kept.
    pub fn keep(self, pixels: &Pixels) {
        let mut kept = pixels.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match self.samples {
            Samples::Eight(samples) => kept.eight = Some(samples),
            Samples::Sixteen(samples) => kept.sixteen = Some(samples),
        }
    }
}

fn sized<S: Sample>(kept: Option<Vec<S>>, length: usize) -> Result<Vec<S>, KernelError> {
    let mut samples = kept.unwrap_or_default();
    samples.truncate(length);
    samples
        .try_reserve_exact(length - samples.len())
        .map_err(|_| KernelError::Memory { bytes: length * size_of::<S>() })?;
    samples.resize(length, S::default());
    Ok(samples)
}

/// Rows made at once: as many pixels as a cache line of 8-bit RGBA has, so that a line is fetched once.
const BLOCK: usize = 16;

/// Rows of a turned frame.
pub(super) struct TurnedRows<'a, S> {
    frame: &'a [S],
    size: (usize, usize),
    place: &'a Place,
    fill: [S; 4],
    /// Turned rows, from `first` of the turned picture on.
    block: Vec<S>,
    first: Option<usize>,
}

impl<'a, S: Sample> TurnedRows<'a, S> {
    pub fn new(frame: &'a [S], size: (usize, usize), place: &'a Place) -> Self {
        let fill = place.fill.map(|value| S::of(u32::from(value)));
        Self { frame, size, place, fill, block: vec![S::default(); 4 * BLOCK * size.1], first: None }
    }

    /// Row `y` after the turn, `4 · width` samples.
    pub fn produce(&mut self, y: usize, out: &mut [S]) {
        let (turned_width, turned_height) = (self.size.1, self.size.0);
        let pixels = out.as_chunks_mut::<4>().0;
        let row = y as i64 - i64::from(self.place.y);
        if !(0..turned_height as i64).contains(&row) {
            pixels.fill(self.fill);
            return;
        }
        let row = row as usize;
        let first = row / BLOCK * BLOCK;
        if self.first != Some(first) {
            self.turn(first);
        }
        let start = 4 * (row - first) * turned_width;
        let turned = self.block[start..start + 4 * turned_width].as_chunks::<4>().0;
        place_row(turned, i64::from(self.place.x), self.fill, pixels);
    }

    /// Makes the rows from `first` on: columns of the frame, mirrored as the place says.
    fn turn(&mut self, first: usize) {
        let (width, height) = self.size;
        let rows = BLOCK.min(width - first);
        let blocks = self.block.as_chunks_mut::<4>().0;
        for y in 0..height {
            let row = if self.place.flip_y { height - 1 - y } else { y };
            let pixels = self.frame[4 * row * width..4 * (row + 1) * width].as_chunks::<4>().0;
            for index in 0..rows {
                let column = first + index;
                let column = if self.place.flip_x { width - 1 - column } else { column };
                blocks[index * height + y] = pixels[column];
            }
        }
        self.first = Some(first);
    }
}

/// Puts a row at column `x` of another one; the rest is `fill`.
pub(super) fn place_row<S: Copy>(row: &[[S; 4]], x: i64, fill: [S; 4], out: &mut [[S; 4]]) {
    let width = out.len() as i64;
    let from = x.clamp(0, width) as usize;
    let to = (x + row.len() as i64).clamp(0, width) as usize;
    out[..from].fill(fill);
    out[to..].fill(fill);
    if from < to {
        let skipped = (from as i64 - x) as usize;
        out[from..to].copy_from_slice(&row[skipped..skipped + to - from]);
    }
}
