//! Rows of RGBA between depths.

/// 8 bits to 16.
#[inline(always)]
pub(crate) fn widen(row: &[u8], out: &mut [u16]) {
    for (out, &value) in out.iter_mut().zip(row) {
        *out = u16::from(value) * 257;
    }
}

/// 16 bits to 8, rounded half up.
#[inline(always)]
pub(crate) fn narrow(row: &[u16], out: &mut [u8]) {
    for (out, &value) in out.iter_mut().zip(row) {
        *out = rounded(u32::from(value) + 128);
    }
}

/// 16 bits to 8 with ordered dither: `(v + (((2B + 1)·257) >> 7)) / 257` cut down; alpha rounded half up.
#[inline(always)]
pub(crate) fn narrow_dithered(row: &[u16], bayer: &[u8; 8], out: &mut [u8]) {
    let thresholds = bayer.map(|entry| ((2 * u32::from(entry) + 1) * 257) >> 7);
    let pixels = row.as_chunks::<4>().0;
    for (x, (out, &[r, g, b, a])) in out.as_chunks_mut::<4>().0.iter_mut().zip(pixels).enumerate() {
        let threshold = thresholds[x & 7];
        let [r, g, b] = [r, g, b].map(|value| rounded(u32::from(value) + threshold));
        *out = [r, g, b, rounded(u32::from(a) + 128)];
    }
}

/// `value / 257` cut down, for values up to 65,789: 65281 · 257 is 2^24 + 1.
#[inline(always)]
fn rounded(value: u32) -> u8 {
    ((value * 65281) >> 24) as u8
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn division_is_exact() {
        for value in 0..=65_789 {
            assert_eq!(u32::from(rounded(value)), value / 257 % 256);
        }
    }
}
