use super::Picture;
use super::samples::{code_size, set_code, set_word};
use super::spec::{FormSpec, PixelsSpec, bayer, wrapping};
use crate::reference::frame::Frame;
use pixel_kernels::{ChromaLocation, Color, Format};

pub fn store(picture: &Picture, spec: &PixelsSpec, format: Format, color: Color) -> Frame {
    let mut out = Frame::new(format, picture.width, picture.height);
    if format.is_ycbcr() {
        store_codes(picture, spec, spec.store.as_ref().expect("a form"), color, &mut out);
        return out;
    }
    for y in 0..picture.height {
        for x in 0..picture.width {
            let pixel = picture.at(x, y);
            for (channel, &value) in pixel.iter().enumerate() {
                let byte = match (picture.one, spec.dithered && channel < 3) {
                    (255, _) => value,
                    (_, true) => (value + ((2 * bayer(x, y) + 1) * 257).div_euclid(128)) / 257,
                    _ => (value + 128) / 257,
                };
                match format {
                    Format::Rgba16F if spec.loads_halfs => set_word(&mut out, 0, 4 * x + channel, y, value as u16),
                    Format::Rgba16F => set_word(&mut out, 0, 4 * x + channel, y, nearest_half(value)),
                    Format::Bgra => out.set(0, 4 * x + [2, 1, 0, 3][channel], y, byte as u8),
                    _ => out.set(0, 4 * x + channel, y, byte as u8),
                }
            }
        }
    }
    out
}

/// Among all halves from 0 to 1, by bisection: their bits are in their order.
fn nearest_half(value: i64) -> u16 {
    let of = |bits: u16| match bits >> 10 {
        0 => f64::from(bits) * 2f64.powi(-24),
        exponent => f64::from(1024 + (bits & 1023)) * 2f64.powi(i32::from(exponent) - 25),
    };
    let exact = value as f64 / 65535.0;
    let (mut low, mut high) = (0u16, 0x3c00);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if of(middle) <= exact { low = middle } else { high = middle }
    }
    if exact - of(low) <= of(high) - exact { low } else { high }
}

fn store_codes(picture: &Picture, spec: &PixelsSpec, form: &FormSpec, color: Color, out: &mut Frame) {
    let largest = if out.format.bits() == 10 { 1023 } else { 255 };
    let (step_x, step_y) = out.format.chroma_steps();
    for component in 0..3 {
        let (width, height) = code_size(out, component);
        for y in 0..height {
            for x in 0..width {
                let rgb = if component == 0 {
                    let [r, g, b, _] = picture.at(x, y);
                    [r, g, b]
                } else {
                    covered(picture, (x, y), (step_x, step_y), color.chroma_location)
                };
                let c = &form.coefficients[4 * component..4 * component + 4];
                let sum = if picture.one == 255 {
                    wrapping(c, rgb)
                } else {
                    wrapping(c, rgb.map(|v| v >> 8)).wrapping_add(wrapping(c, rgb.map(|v| v & 255)) >> 8)
                };
                let half = match spec.dithered {
                    true => (2 * bayer(x, y) as i32 + 1) << (form.shift - 7),
                    false => 1 << (form.shift - 1),
                };
                let value = i64::from(sum.wrapping_add(c[3]).wrapping_add(half) >> form.shift).clamp(0, largest);
                set_code(out, component, x, y, value);
            }
        }
    }
}

/// The weighted sum of 8-bit pixels, the rounded mean of 16-bit ones.
fn covered(picture: &Picture, at: (usize, usize), steps: (usize, usize), location: ChromaLocation) -> [i64; 3] {
    let taps = |step: usize, cosited: bool| -> &[(i64, i64)] {
        match (step, cosited) {
            (1, _) => &[(0, 1)],
            (_, false) => &[(0, 1), (1, 1)],
            (_, true) => &[(-1, 1), (0, 2), (1, 1)],
        }
    };
    let across = taps(steps.0, location != ChromaLocation::Center);
    let down = taps(steps.1, location == ChromaLocation::TopLeft);
    let (mut sums, mut total) = ([0; 3], 0);
    for (dx, wx) in across {
        for (dy, wy) in down {
            let x = ((steps.0 * at.0) as i64 + dx).clamp(0, picture.width as i64 - 1) as usize;
            let y = ((steps.1 * at.1) as i64 + dy).clamp(0, picture.height as i64 - 1) as usize;
            for (sum, value) in sums.iter_mut().zip(picture.at(x, y)) {
                *sum += wx * wy * value;
            }
            total += wx * wy;
        }
    }
    if picture.one == 255 { sums } else { sums.map(|sum| (2 * sum + total).div_euclid(2 * total)) }
}
