//! IEEE 754 half floats to and from 16-bit pixels.

use std::sync::LazyLock;

/// `clamp(round(x · 65535))`, rounded half up, of every half float; NaN is 0, infinities are cut off.
static TO_UNIT: LazyLock<Vec<u16>> = LazyLock::new(|| {
    // Exact: 11 bits of significand times 16 are 27.
    let unit = |bits: u16| (value(bits) * 65535.0 + 0.5).floor().clamp(0.0, 65535.0);
    // NaN stays NaN through all of this and becomes 0.
    (0..=u16::MAX).map(|bits| unit(bits) as u16).collect()
});

/// The half float nearest to `v / 65535`, the even one of two that are as near.
static FROM_UNIT: LazyLock<Vec<u16>> = LazyLock::new(|| (0..=u16::MAX).map(nearest).collect());

fn value(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let significand = f64::from(bits & 1023);
    match i32::from((bits >> 10) & 31) {
        31 if significand == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        0 => sign * significand * 2f64.powi(-24),
        exponent => sign * (1024.0 + significand) * 2f64.powi(exponent - 25),
    }
}

/// In integers: v/65535 is between 2^-e and 2^(1-e), and its significand is `v · 2^(10+e) / 65535`.
fn nearest(v: u16) -> u16 {
    if v == 0 {
        return 0;
    }
    let mut exponent = 0;
    while u64::from(v) << exponent < 65535 && exponent < 14 {
        exponent += 1;
    }
    let scaled = u64::from(v) << (10 + exponent);
    let (quotient, rest) = (scaled / 65535, scaled % 65535);
    // 65535 is odd: there are no ties.
    let steps = quotient + u64::from(2 * rest > 65535);
    // A significand of 1024 or more carries into the exponent by itself.
    (steps + ((14 - exponent) << 10)) as u16
}

/// A row of half floats, little endian, into 16-bit channels.
pub(crate) fn load(bytes: &[u8], out: &mut [u16]) {
    let table: &[u16] = &TO_UNIT;
    for (out, word) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *out = table[usize::from(u16::from_le_bytes(*word))];
    }
}

/// The reverse.
pub(crate) fn store(row: &[u16], bytes: &mut [u8]) {
    let table: &[u16] = &FROM_UNIT;
    for (word, &value) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(row) {
        *word = table[usize::from(value)].to_le_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_nearest() {
        for v in 0..=u16::MAX {
            let (bits, exact) = (nearest(v), f64::from(v) / 65535.0);
            let distance = |bits: u16| (value(bits) - exact).abs();
            assert!(distance(bits) <= distance(bits + 1) && (bits == 0 || distance(bits) <= distance(bits - 1)), "{v}");
        }
        assert_eq!(nearest(65535), 0x3c00);
    }

    #[test]
    fn odd_values_are_cut_off() {
        let of = |bits: u16| TO_UNIT[usize::from(bits)];
        assert_eq!([0x7e00, 0x7c00, 0xfc00, 0x8000, 0xbc00, 0x4000, 0x3c00].map(of), [0, 65535, 0, 0, 0, 65535, 65535]);
        assert_eq!([0x3800, 0x0001].map(of), [32768, 0]);
    }

    #[test]
    fn bytes_make_the_way_there_and_back() {
        let mut bytes = [0; 6];
        store(&[0, 65535, 257], &mut bytes);
        let mut row = [7; 3];
        load(&bytes, &mut row);
        assert_eq!((row[0], row[1]), (0, 65535));
        assert!(row[2].abs_diff(257) <= 1);
    }
}
