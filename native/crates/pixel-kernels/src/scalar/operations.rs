//! Operations on a row of RGBA that need no neighbours.

#[inline(always)]
pub(crate) fn color_matrix(matrix: &[i32; 12], row: &mut [u8]) {
    for pixel in row.chunks_exact_mut(4) {
        let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(i32::from);
        for (channel, m) in matrix.chunks_exact(4).enumerate() {
            let value = (m[0] * r + m[1] * g + m[2] * b + m[3] + 2048) >> 12;
            pixel[channel] = value.clamp(0, 255) as u8;
        }
    }
}

/// `value / 255`, rounded half up; exact for 0..=65025.
#[inline(always)]
fn div255(value: u32) -> u32 {
    let t = value + 128;
    (t + (t >> 8)) >> 8
}

#[inline(always)]
pub(crate) fn overlay(target: &mut [u8], source: &[u8], opacity: u8) {
    for (target, source) in target.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
        let alpha = div255(u32::from(source[3]) * u32::from(opacity));
        for channel in 0..3 {
            let (s, d) = (u32::from(source[channel]), u32::from(target[channel]));
            target[channel] = div255(s * alpha + d * (255 - alpha)) as u8;
        }
        target[3] = (alpha + div255(u32::from(target[3]) * (255 - alpha))) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::div255;

    #[test]
    fn div255_rounds_half_up() {
        for value in 0..=65025 {
            assert_eq!(div255(value), (2 * value + 255) / 510);
        }
    }
}
