use super::Picture;
use super::planes::sum;
use super::spec::StepSpec;
use crate::reference::frame::Frame;
use pixel_kernels::{BlendMode, Place};

pub fn apply(source: &Picture, step: &StepSpec) -> Picture {
    let Picture { width, height, one, .. } = *source;
    match step {
        StepSpec::Scale(new_width, new_height) => scale(source, *new_width, *new_height),
        StepSpec::Resample { width, height, horizontal, vertical } => {
            let across = |x: usize, y: usize, channel: usize| match (horizontal, one) {
                (None, 255) => source.at(x, y)[channel] << 6,
                (None, _) => source.at(x, y)[channel],
                (Some(taps), 255) => (sum(taps, x, |x| source.at(x, y)[channel]) + 128) >> 8,
                (Some(taps), _) => ((sum(taps, x, |x| source.at(x, y)[channel]) + 8192) >> 14).clamp(-16384, 81919),
            };
            Picture::make(*width, *height, one, |x, y| {
                [0, 1, 2, 3].map(|channel| {
                    let value = match (vertical, one) {
                        (None, 255) => (across(x, y, channel) + 32) >> 6,
                        (None, _) => across(x, y, channel),
                        (Some(taps), 255) => (sum(taps, y, |y| across(x, y, channel)) + (1 << 19)) >> 20,
                        (Some(taps), _) => (sum(taps, y, |y| across(x, y, channel)) + 8192) >> 14,
                    };
                    value.clamp(0, one)
                })
            })
        }
        StepSpec::Place(place) => placed(source, place),
        StepSpec::ColorMatrix(matrix) => Picture::make(width, height, one, |x, y| {
            let p = source.at(x, y);
            let row = |row: usize| {
                let m: [i64; 4] = std::array::from_fn(|i| i64::from(matrix[4 * row + i]));
                let dot = |of: &dyn Fn(i64) -> i64| m[0] * of(p[0]) + m[1] * of(p[1]) + m[2] * of(p[2]);
                let value = if one == 255 {
                    (dot(&|v| v) + m[3] + 2048) >> 12
                } else {
                    (dot(&|v| v >> 8) + ((dot(&|v| v & 255) + m[3] * 257 + 2048) >> 8)) >> 4
                };
                value.clamp(0, one)
            };
            [row(0), row(1), row(2), p[3]]
        }),
        StepSpec::Curves { to, tables } => Picture::make(width, height, *to, |x, y| {
            let [r, g, b, a] = source.at(x, y);
            let alpha = match (one, *to) {
                (255, 65535) => a * 257,
                (65535, 255) => (a + 128) / 257,
                _ => a,
            };
            let look = |channel: usize, value: i64| i64::from(tables[channel][value as usize]);
            [look(0, r), look(1, g), look(2, b), alpha]
        }),
        StepSpec::Lut3d { size, entries } => {
            Picture::make(width, height, one, |x, y| looked_up(source.at(x, y), one, *size, entries))
        }
        StepSpec::Overlay { image, x: left, y: top, opacity, mode } => Picture::make(width, height, one, |x, y| {
            let (ix, iy) = (x as i64 - i64::from(*left), y as i64 - i64::from(*top));
            let below = source.at(x, y);
            if !(0..image.width as i64).contains(&ix) || !(0..image.height as i64).contains(&iy) {
                return below;
            }
            laid(below, rgba(image, ix as usize, iy as usize, one), i64::from(*opacity) * (one / 255), one, *mode)
        }),
        StepSpec::Mix { image, by_columns, weights } => Picture::make(width, height, one, |x, y| {
            let weight = i64::from(weights[if *by_columns { x } else { y }]);
            let (d, p) = (source.at(x, y), rgba(image, x, y, one));
            std::array::from_fn(|i| (d[i] * (256 - weight) + p[i] * weight + 128) >> 8)
        }),
    }
}

fn rgba(image: &Frame, x: usize, y: usize, one: i64) -> [i64; 4] {
    std::array::from_fn(|i| i64::from(image.sample(0, 4 * x + i, y)) * (one / 255))
}

fn scale(source: &Picture, width: usize, height: usize) -> Picture {
    let position = |i: usize, from: usize, to: usize| {
        let (s, d, i) = (from as i64, to as i64, i as i64);
        let t = (2 * ((2 * i + 1) * s - d) * 256 + 2 * d).div_euclid(4 * d).clamp(0, (s - 1) * 256);
        let first = (t / 256) as usize;
        (first, (first + 1).min(from - 1), t % 256)
    };
    Picture::make(width, height, source.one, |x, y| {
        let ((x0, x1, wx), (y0, y1, wy)) = (position(x, source.width, width), position(y, source.height, height));
        std::array::from_fn(|i| {
            let row = |y: usize| (256 - wx) * source.at(x0, y)[i] + wx * source.at(x1, y)[i];
            ((256 - wy) * row(y0) + wy * row(y1) + 32768) >> 16
        })
    })
}

fn placed(source: &Picture, place: &Place) -> Picture {
    Picture::make(place.width as usize, place.height as usize, source.one, |x, y| {
        let (u, v) = (x as i64 - i64::from(place.x), y as i64 - i64::from(place.y));
        let (a, b) = if place.transpose { (v, u) } else { (u, v) };
        let (width, height) = (source.width as i64, source.height as i64);
        if !(0..width).contains(&a) || !(0..height).contains(&b) {
            return place.fill.map(i64::from);
        }
        let column = if place.flip_x { width - 1 - a } else { a };
        let row = if place.flip_y { height - 1 - b } else { b };
        source.at(column as usize, row as usize)
    })
}

/// The tetrahedron by the order of the remainders, found by sorting.
fn looked_up(pixel: [i64; 4], one: i64, size: usize, entries: &[u16]) -> [i64; 4] {
    let last = size as i64 - 1;
    let mut node: [usize; 3] = std::array::from_fn(|i| (pixel[i] * last / one) as usize);
    let remainder: [i64; 3] = std::array::from_fn(|i| pixel[i] * last % one);
    let mut order = [0, 1, 2];
    order.sort_by_key(|&axis| std::cmp::Reverse(remainder[axis]));
    let mut sums = [0; 3];
    let mut add = |node: [usize; 3], weight: i64| {
        if weight > 0 {
            let at = node[0] + size * (node[1] + size * node[2]);
            (0..3).for_each(|i| sums[i] += weight * i64::from(entries[3 * at + i]));
        }
    };
    add(node, one - remainder[order[0]]);
    for (index, &axis) in order.iter().enumerate() {
        node[axis] += 1;
        let next = order.get(index + 1).map_or(0, |&next| remainder[next]);
        add(node, remainder[axis] - next);
    }
    let [r, g, b] = sums.map(|sum| (sum + 32767) / 65535);
    [r, g, b, pixel[3]]
}

fn laid(below: [i64; 4], picture: [i64; 4], opacity: i64, one: i64, mode: BlendMode) -> [i64; 4] {
    let divide = |value: i64| (2 * value + one).div_euclid(2 * one);
    let alpha = divide(picture[3] * opacity);
    let color = |i: usize| {
        let (d, s) = (below[i], picture[i]);
        match mode {
            BlendMode::Premultiplied => (divide(s * opacity) + divide(d * (one - alpha))).min(one),
            _ => divide(blended(d, s, one, mode) * alpha + d * (one - alpha)),
        }
    };
    [color(0), color(1), color(2), alpha + divide(below[3] * (one - alpha))]
}

fn blended(d: i64, s: i64, one: i64, mode: BlendMode) -> i64 {
    let multiply = |x: i64, y: i64| (2 * x * y + one).div_euclid(2 * one);
    let screen = |x: i64, y: i64| x + y - multiply(x, y);
    let hard = |d: i64, s: i64| if 2 * s <= one { multiply(d, 2 * s) } else { screen(d, 2 * s - one) };
    match mode {
        BlendMode::Normal | BlendMode::Premultiplied => s,
        BlendMode::Multiply => multiply(d, s),
        BlendMode::Screen => screen(d, s),
        BlendMode::Overlay => hard(s, d),
        BlendMode::Darken => d.min(s),
        BlendMode::Lighten => d.max(s),
        BlendMode::Add => (d + s).min(one),
        BlendMode::Difference => (d - s).abs(),
        BlendMode::Exclusion => (d + s - 2 * multiply(d, s)).max(0),
        BlendMode::HardLight => hard(d, s),
        BlendMode::SoftLight => (multiply(one - d, multiply(d, s)) + multiply(d, screen(d, s))).min(one),
        BlendMode::ColorDodge if d == 0 => 0,
        BlendMode::ColorDodge if s == one => one,
        BlendMode::ColorDodge => (d * one / (one - s)).min(one),
        BlendMode::ColorBurn if d == one => one,
        BlendMode::ColorBurn if s == 0 => 0,
        BlendMode::ColorBurn => one - ((one - d) * one / s).min(one),
    }
}
