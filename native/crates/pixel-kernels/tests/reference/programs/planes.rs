use super::samples::{code, code_size, set_code};
use super::spec::{AxisSpec, MapSpec, TapsSpec, bayer};
use crate::reference::frame::Frame;
use pixel_kernels::Format;

/// What a program of planes must give, tightly packed.
pub fn planes(source: &Frame, maps: &[MapSpec; 3], dithered: bool, format: Format, size: (usize, usize)) -> Frame {
    let mut out = Frame::new(format, size.0, size.1);
    let bits = source.format.bits();
    for (component, map) in maps.iter().enumerate() {
        let (width, height) = code_size(&out, component);
        for y in 0..height {
            for x in 0..width {
                let value = resampled(source, component, map, bits, x, y);
                let value = match &map.codes {
                    None => value,
                    Some(codes) if dithered => (i64::from(codes[value as usize]) + bayer(x, y)).div_euclid(64).min(255),
                    Some(codes) => i64::from(codes[value as usize]),
                };
                set_code(&mut out, component, x, y, value);
            }
        }
    }
    out
}

fn resampled(source: &Frame, component: usize, map: &MapSpec, bits: u32, x: usize, y: usize) -> i64 {
    if let (AxisSpec::Copied(left), AxisSpec::Copied(top)) = (&map.horizontal, &map.vertical) {
        return code(source, component, left + x, top + y);
    }
    let fraction = if bits == 8 { 6 } else { 4 };
    let across = |row: usize| match &map.horizontal {
        AxisSpec::Copied(left) => code(source, component, left + x, row) << fraction,
        AxisSpec::Taps(taps) => {
            (sum(taps, x, |column| code(source, component, column, row)) + (1 << (13 - fraction))) >> (14 - fraction)
        }
    };
    let bits = if map.codes.is_some() { 12 } else { bits };
    let value = match &map.vertical {
        AxisSpec::Copied(top) => (across(top + y) + (1 << (13 - bits))) >> (14 - bits),
        AxisSpec::Taps(taps) => (sum(taps, y, across) + (1 << (27 - bits))) >> (28 - bits),
    };
    value.clamp(0, (1 << bits) - 1)
}

pub fn sum(taps: &TapsSpec, index: usize, sample: impl Fn(usize) -> i64) -> i64 {
    let weight = |k: usize| i64::from(taps.weights[index * taps.count + k]);
    (0..taps.count).map(|k| weight(k) * sample(taps.start[index] as usize + k)).sum()
}
