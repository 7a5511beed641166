//! Programs, written down a second time: whole frames of 64-bit integers, one sample at a time.

pub mod planes;
pub mod random;
pub mod samples;
pub mod spec;
pub mod steps;
pub mod store;

use super::frame::Frame;
use pixel_kernels::{ChromaLocation, Color, Format, Upsampling};
use samples::{code, code_size};
use spec::{FormSpec, PixelsSpec, wrapping};

/// RGBA between source and target.
#[derive(Clone, Debug)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    /// 255 or 65535.
    pub one: i64,
    pub pixels: Vec<[i64; 4]>,
}

impl Picture {
    pub fn make(width: usize, height: usize, one: i64, pixel: impl Fn(usize, usize) -> [i64; 4]) -> Self {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        Self { width, height, one, pixels }
    }

    pub fn at(&self, x: usize, y: usize) -> [i64; 4] {
        self.pixels[y * self.width + x]
    }
}

/// What a program of pixels must give, tightly packed.
pub fn pixels(
    source: &Frame,
    source_color: Color,
    spec: &PixelsSpec,
    format: Format,
    target_color: Color,
    upsampling: Upsampling,
) -> Frame {
    let mut picture = load(source, source_color, spec, upsampling);
    for step in &spec.steps {
        picture = steps::apply(&picture, step);
    }
    store::store(&picture, spec, format, target_color)
}

fn load(source: &Frame, color: Color, spec: &PixelsSpec, upsampling: Upsampling) -> Picture {
    let one = spec.load_depth_one;
    let scale = one / 255;
    Picture::make(source.width, source.height, one, |x, y| {
        let bytes = |order: [usize; 4]| order.map(|i| i64::from(source.sample(0, 4 * x + i, y)) * scale);
        match source.format {
            Format::Rgba => bytes([0, 1, 2, 3]),
            Format::Bgra => bytes([2, 1, 0, 3]),
            Format::Rgba16F => [0, 1, 2, 3].map(|i| half_to_unit(samples::word(source, 0, 4 * x + i, y))),
            _ => {
                let luma = code(source, 0, x, y);
                let [cb, cr] = [1, 2].map(|component| sixteenths(source, component, x, y, color, upsampling));
                let form = spec.load.as_ref().expect("tested by `equality` where there is none");
                let codes = [luma, cb, cr];
                if spec.loads_halfs {
                    let [r, g, b] = [0, 1, 2].map(|row| i64::from(half(form, row, codes)));
                    return [r, g, b, 0x3c00];
                }
                let [r, g, b] = [0, 1, 2].map(|row| {
                    let (sum, _) = fine_sum(form, row, codes);
                    i64::from(sum.wrapping_add(1 << (form.shift - 1)) >> form.shift).clamp(0, one)
                });
                [r, g, b, one]
            }
        }
    })
}

/// A row's sum in 32 wrapping bits, and the 65,536ths that are left of it.
fn fine_sum(form: &FormSpec, row: usize, codes: [i64; 3]) -> (i32, i64) {
    let own = 4 * row..4 * row + 4;
    let c = &form.coefficients[own.clone()];
    let fractions = &form.fractions.unwrap_or_default()[own];
    let low = (0..3).fold(i64::from(fractions[3]), |sum, i| sum + i64::from(fractions[i]) * codes[i]);
    (wrapping(c, codes).wrapping_add(c[3]).wrapping_add((low >> 16) as i32), low & 0xffff)
}

/// The nearest half, ties to even, of a sum and its rest, by a search among all halves in 2^-44ths.
fn half(form: &FormSpec, row: usize, codes: [i64; 3]) -> u16 {
    let (sum, rest) = fine_sum(form, row, codes);
    let exact = if (0..1 << 28).contains(&sum) {
        (i64::from(sum) << 16) + rest
    } else {
        i64::from(sum.clamp(0, 1 << 28)) << 16
    };
    let of = |bits: u16| match i64::from(bits >> 10) {
        0 => i64::from(bits) << 20,
        exponent => i64::from(1024 + (bits & 1023)) << (19 + exponent),
    };
    let (mut low, mut high) = (0u16, 0x3c00);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if of(middle) <= exact { low = middle } else { high = middle }
    }
    match (exact - of(low)).cmp(&(of(high) - exact)) {
        std::cmp::Ordering::Less => low,
        std::cmp::Ordering::Equal => low + (low & 1),
        std::cmp::Ordering::Greater => high,
    }
}

/// By arithmetic in floating point, which is exact here: 11 bits times 16.
fn half_to_unit(bits: u16) -> i64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from((bits >> 10) & 31), f64::from(bits & 1023));
    let value = match exponent {
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => return 0,
        0 => sign * fraction * 2f64.powi(-24),
        _ => sign * (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    (value * 65535.0 + 0.5).floor().clamp(0.0, 65535.0) as i64
}

/// Chroma at a pixel, in sixteenths.
fn sixteenths(source: &Frame, component: usize, x: usize, y: usize, color: Color, upsampling: Upsampling) -> i64 {
    let (step_x, step_y) = source.format.chroma_steps();
    let cosited = [color.chroma_location != ChromaLocation::Center, color.chroma_location == ChromaLocation::TopLeft];
    let taps = |at: usize, step: usize, cosited: bool| match (step, upsampling, cosited, at % 2) {
        (1, ..) | (_, Upsampling::Nearest, ..) | (_, _, true, 0) => [(0i64, 4i64), (0, 0)],
        (_, _, true, _) => [(0, 2), (1, 2)],
        (_, _, false, 0) => [(-1, 1), (0, 3)],
        (_, _, false, _) => [(0, 3), (1, 1)],
    };
    let (width, height) = code_size(source, component);
    let inside = |at: usize, offset: i64, size: usize| (at as i64 + offset).clamp(0, size as i64 - 1) as usize;
    let mut sum = 0;
    for (dx, wx) in taps(x, step_x, cosited[0]) {
        for (dy, wy) in taps(y, step_y, cosited[1]) {
            sum += wx * wy * code(source, component, inside(x / step_x, dx, width), inside(y / step_y, dy, height));
        }
    }
    sum
}
