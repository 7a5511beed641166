//! Pictures laid over rows of RGBA.

use crate::operations::BlendMode;
use crate::sample::Sample;

#[inline(always)]
fn product<S: Sample>(x: u32, y: u32) -> u32 {
    S::divide(x * y)
}

/// Lays pixels over a row. `mix` makes a channel of what is below, the picture's channel and alpha; the picture's opacity
/// is in the alpha alone.
#[inline(always)]
fn lay<S: Sample>(picture: &[u8], opacity: u8, row: &mut [S], mix: impl Fn(u32, u32, u32) -> u32) {
    let opacity = u32::from(opacity) * S::BYTE;
    let pixels = picture.as_chunks::<4>().0;
    for (pixel, other) in row.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
        let [r, g, b, a] = other.map(|value| u32::from(value) * S::BYTE);
        let alpha = product::<S>(a, opacity);
        for (sample, source) in pixel.iter_mut().zip([r, g, b]) {
            *sample = S::of(mix(sample.wide(), source, alpha));
        }
        pixel[3] = S::of(alpha + product::<S>(pixel[3].wide(), S::MAX - alpha));
    }
}

#[inline(always)]
fn lay_straight<S: Sample>(picture: &[u8], opacity: u8, row: &mut [S], blend: impl Fn(u32, u32) -> u32) {
    lay(picture, opacity, row, |below, source, alpha| {
        S::divide(blend(below, source) * alpha + below * (S::MAX - alpha))
    });
}

#[inline(always)]
fn lay_premultiplied<S: Sample>(picture: &[u8], opacity: u8, row: &mut [S]) {
    let wide = u32::from(opacity) * S::BYTE;
    lay(picture, opacity, row, |below, source, alpha| {
        (product::<S>(source, wide) + product::<S>(below, S::MAX - alpha)).min(S::MAX)
    });
}

#[inline(always)]
fn screen<S: Sample>(x: u32, y: u32) -> u32 {
    x + y - product::<S>(x, y)
}

#[inline(always)]
fn hard_light<S: Sample>(d: u32, s: u32) -> u32 {
    if 2 * s <= S::MAX { product::<S>(d, 2 * s) } else { screen::<S>(d, 2 * s - S::MAX) }
}

#[inline(always)]
fn soft_light<S: Sample>(d: u32, s: u32) -> u32 {
    let sum = product::<S>(S::MAX - d, product::<S>(d, s)) + product::<S>(d, screen::<S>(d, s));
    sum.min(S::MAX)
}

#[inline(always)]
fn color_dodge<S: Sample>(d: u32, s: u32) -> u32 {
    match (d, s) {
        (0, _) => 0,
        (_, s) if s == S::MAX => S::MAX,
        _ => (d * S::MAX / (S::MAX - s)).min(S::MAX),
    }
}

#[inline(always)]
fn color_burn<S: Sample>(d: u32, s: u32) -> u32 {
    match (d, s) {
        (d, _) if d == S::MAX => S::MAX,
        (_, 0) => 0,
        _ => S::MAX - ((S::MAX - d) * S::MAX / s).min(S::MAX),
    }
}

/// `(mode, picture, opacity, row)`: straight or premultiplied RGBA over a row of RGBA.
#[inline(always)]
pub(crate) fn blend8(mode: BlendMode, picture: &[u8], opacity: u8, row: &mut [u8]) {
    blend(mode, picture, opacity, row);
}

#[inline(always)]
pub(crate) fn blend16(mode: BlendMode, picture: &[u8], opacity: u8, row: &mut [u16]) {
    blend(mode, picture, opacity, row);
}

#[inline(always)]
fn blend<S: Sample>(mode: BlendMode, picture: &[u8], opacity: u8, row: &mut [S]) {
    match mode {
        BlendMode::Normal => lay_straight(picture, opacity, row, |_, s| s),
        BlendMode::Premultiplied => lay_premultiplied(picture, opacity, row),
        BlendMode::Multiply => lay_straight(picture, opacity, row, product::<S>),
        BlendMode::Screen => lay_straight(picture, opacity, row, screen::<S>),
        BlendMode::Overlay => lay_straight(picture, opacity, row, |d, s| hard_light::<S>(s, d)),
        BlendMode::Darken => lay_straight(picture, opacity, row, u32::min),
        BlendMode::Lighten => lay_straight(picture, opacity, row, u32::max),
        BlendMode::Add => lay_straight(picture, opacity, row, |d, s| (d + s).min(S::MAX)),
        BlendMode::Difference => lay_straight(picture, opacity, row, u32::abs_diff),
        BlendMode::Exclusion => {
            // With both rounded products the difference can fall one below 0.
            lay_straight(picture, opacity, row, |d, s| (d + s).saturating_sub(2 * product::<S>(d, s)));
        }
        BlendMode::HardLight => lay_straight(picture, opacity, row, hard_light::<S>),
        BlendMode::SoftLight => lay_straight(picture, opacity, row, soft_light::<S>),
        BlendMode::ColorDodge => lay_straight(picture, opacity, row, color_dodge::<S>),
        BlendMode::ColorBurn => lay_straight(picture, opacity, row, color_burn::<S>),
    }
}
