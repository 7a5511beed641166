//! The definitions, written down a second time: whole frames, one pixel at a time, fractions of 128-bit integers.
//! Shares no arithmetic with the crate.
#![allow(dead_code, reason = "every test file uses a part of it")]

pub mod frame;
pub mod left_out;
pub mod programs;
pub mod rational;

use frame::Frame;
use pixel_kernels::{ChromaLocation, Color, Format, Operation, Upsampling};
use rational::{forward_chroma, forward_luma, inverse};

/// What `process` must give, tightly packed.
pub fn process(
    source: &Frame,
    source_color: Color,
    operations: &[Operation],
    format: Format,
    target_color: Color,
    upsampling: Upsampling,
) -> Frame {
    let (from, to) = (source.format, format);
    let is_move = from.is_ycbcr() && to.is_ycbcr() && from.chroma_steps() == to.chroma_steps();
    if operations.is_empty() && is_move && source_color == target_color {
        return source.with_planes_of(format);
    }
    let mut rgba = to_rgba(source, source_color, upsampling);
    for operation in operations {
        rgba = match operation {
            Operation::Scale { width, height } => scale(&rgba, *width as usize, *height as usize),
            Operation::ColorMatrix(matrix) => color_matrix(&rgba, matrix),
            Operation::Overlay { image, x, y, opacity } => {
                overlay(&rgba, &Frame::of(image), i64::from(*x), i64::from(*y), u32::from(*opacity))
            }
        };
    }
    from_rgba(&rgba, format, target_color)
}

fn to_rgba(source: &Frame, color: Color, upsampling: Upsampling) -> Frame {
    let mut out = Frame::new(Format::Rgba, source.width, source.height);
    for y in 0..source.height {
        for x in 0..source.width {
            let rgba = match source.format {
                Format::Rgba => std::array::from_fn(|i| source.sample(0, x * 4 + i, y)),
                Format::Bgra => [2, 1, 0, 3].map(|i| source.sample(0, x * 4 + i, y)),
                _ => {
                    let luma = source.luma(x, y);
                    let [cb, cr] = [0, 1].map(|component| upsampled(source, component, x, y, color, upsampling));
                    let [r, g, b] = inverse(color, luma, cb, cr);
                    [r, g, b, 255]
                }
            };
            for (i, value) in rgba.into_iter().enumerate() {
                out.set(0, x * 4 + i, y, value);
            }
        }
    }
    out
}

/// A chroma component at a pixel, in sixteenths.
fn upsampled(source: &Frame, component: usize, x: usize, y: usize, color: Color, upsampling: Upsampling) -> i128 {
    // (distance to the sample in chroma samples, weight in quarters) along one axis.
    let own = |_: usize| [(0, 4), (0, 0)];
    let between = |at: usize| if at.is_multiple_of(2) { [(-1, 1), (0, 3)] } else { [(0, 3), (1, 1)] };
    let on = |at: usize| if at.is_multiple_of(2) { [(0, 4), (0, 0)] } else { [(0, 2), (1, 2)] };
    let (mut across, mut down) = match (upsampling, color.chroma_location) {
        (Upsampling::Nearest, _) => (own(x), own(y)),
        (_, ChromaLocation::Center) => (between(x), between(y)),
        (_, ChromaLocation::Left) => (on(x), between(y)),
        (_, ChromaLocation::TopLeft) => (on(x), on(y)),
    };
    let (step_x, step_y) = source.format.chroma_steps();
    if step_x == 1 {
        across = own(x);
    }
    if step_y == 1 {
        down = own(y);
    }
    let mut sum = 0;
    for (dx, wx) in across {
        for (dy, wy) in down {
            let sample = source.chroma(component, (x / step_x) as i64 + dx, (y / step_y) as i64 + dy);
            sum += i128::from(wx * wy) * i128::from(sample);
        }
    }
    sum
}

fn from_rgba(source: &Frame, format: Format, color: Color) -> Frame {
    let mut out = Frame::new(format, source.width, source.height);
    let order = if format == Format::Bgra { [2, 1, 0, 3] } else { [0, 1, 2, 3] };
    for y in 0..source.height {
        for x in 0..source.width {
            let rgba: [u8; 4] = std::array::from_fn(|i| source.sample(0, x * 4 + i, y));
            match format {
                Format::Rgba | Format::Bgra => (0..4).for_each(|i| out.set(0, x * 4 + i, y, rgba[order[i]])),
                _ => out.set_luma(x, y, forward_luma(color, [rgba[0], rgba[1], rgba[2]])),
            }
        }
    }
    if format.is_ycbcr() {
        let steps = format.chroma_steps();
        for cy in 0..source.height.div_ceil(steps.1) {
            for cx in 0..source.width.div_ceil(steps.0) {
                let (sums, weight) = covered(source, cx as i64, cy as i64, color.chroma_location, steps);
                let [cb, cr] = forward_chroma(color, sums, weight);
                out.set_chroma(cx, cy, cb, cr);
            }
        }
    }
    out
}

/// Weighted sums of R, G and B around a chroma sample, and the sum of the weights.
fn covered(
    source: &Frame,
    cx: i64,
    cy: i64,
    location: ChromaLocation,
    (step_x, step_y): (usize, usize),
) -> ([i128; 3], i128) {
    const OWN: &[(i64, i128)] = &[(0, 1)];
    const BOX: &[(i64, i128)] = &[(0, 1), (1, 1)];
    const TENT: &[(i64, i128)] = &[(-1, 1), (0, 2), (1, 1)];
    let (mut across, mut down) = match location {
        ChromaLocation::Center => (BOX, BOX),
        ChromaLocation::Left => (TENT, BOX),
        ChromaLocation::TopLeft => (TENT, TENT),
    };
    if step_x == 1 {
        across = OWN;
    }
    if step_y == 1 {
        down = OWN;
    }
    let mut sums = [0; 3];
    let mut total = 0;
    for (dx, wx) in across {
        for (dy, wy) in down {
            let x = (step_x as i64 * cx + dx).clamp(0, source.width as i64 - 1) as usize;
            let y = (step_y as i64 * cy + dy).clamp(0, source.height as i64 - 1) as usize;
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum += wx * wy * i128::from(source.sample(0, x * 4 + i, y));
            }
            total += wx * wy;
        }
    }
    (sums, total)
}

fn scale(source: &Frame, width: usize, height: usize) -> Frame {
    let position = |i: usize, from: usize, to: usize| -> (usize, usize, u64) {
        let (s, d, i) = (from as i64, to as i64, i as i64);
        let t = (2 * ((2 * i + 1) * s - d) * 256 + 2 * d).div_euclid(4 * d).clamp(0, (s - 1) * 256);
        let first = (t / 256) as usize;
        (first, (first + 1).min(from - 1), (t % 256) as u64)
    };
    let mut out = Frame::new(Format::Rgba, width, height);
    for y in 0..height {
        let (y0, y1, wy) = position(y, source.height, height);
        for x in 0..width {
            let (x0, x1, wx) = position(x, source.width, width);
            for i in 0..4 {
                let at = |x: usize, y: usize| u64::from(source.sample(0, x * 4 + i, y));
                let top = (256 - wx) * at(x0, y0) + wx * at(x1, y0);
                let bottom = (256 - wx) * at(x0, y1) + wx * at(x1, y1);
                out.set(0, x * 4 + i, y, (((256 - wy) * top + wy * bottom + 32768) >> 16) as u8);
            }
        }
    }
    out
}

fn color_matrix(source: &Frame, matrix: &[i32; 12]) -> Frame {
    let mut out = source.clone();
    for y in 0..source.height {
        for x in 0..source.width {
            for channel in 0..3 {
                let m = &matrix[4 * channel..4 * channel + 4];
                let sum: i64 = (0..3).map(|i| i64::from(m[i]) * i64::from(source.sample(0, x * 4 + i, y))).sum::<i64>();
                let value = (sum + i64::from(m[3]) + 2048).div_euclid(4096);
                out.set(0, x * 4 + channel, y, value.clamp(0, 255) as u8);
            }
        }
    }
    out
}

fn overlay(source: &Frame, image: &Frame, left: i64, top: i64, opacity: u32) -> Frame {
    let div255 = |v: u32| (2 * v + 255) / 510;
    let mut out = source.clone();
    for y in 0..source.height {
        for x in 0..source.width {
            let (ix, iy) = (x as i64 - left, y as i64 - top);
            if !(0..image.width as i64).contains(&ix) || !(0..image.height as i64).contains(&iy) {
                continue;
            }
            let s = |i: usize| u32::from(image.sample(0, ix as usize * 4 + i, iy as usize));
            let d = |i: usize| u32::from(source.sample(0, x * 4 + i, y));
            let a = div255(s(3) * opacity);
            for i in 0..3 {
                out.set(0, x * 4 + i, y, div255(s(i) * a + d(i) * (255 - a)) as u8);
            }
            out.set(0, x * 4 + 3, y, (a + div255(d(3) * (255 - a))) as u8);
        }
    }
    out
}
