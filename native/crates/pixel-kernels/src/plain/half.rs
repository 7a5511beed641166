//! IEEE 754 half floats to and from 16-bit channels, in integers.

/// A row of half floats, little endian: `clamp(round(x · 65535))`, rounded half up; NaN is 0, infinities are cut off.
#[inline(always)]
pub(crate) fn load_half(bytes: &[u8], out: &mut [u16]) {
    for (out, word) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *out = to_unit(u16::from_le_bytes(*word));
    }
}

/// The reverse: the half float nearest to `v / 65535`, the even one of two that are as near.
#[inline(always)]
pub(crate) fn store_half(row: &[u16], bytes: &mut [u8]) {
    for (word, &value) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(row) {
        *word = from_unit(value).to_le_bytes();
    }
}

/// What stands for 1.0 in numbers that become half floats: a power of two, so that rounding is a shift.
pub(crate) const HALF_FRACTION_BITS: u32 = 28;

/// 1.0.
pub(crate) const HALF_ONE: u16 = 0x3c00;

/// Half floats as they are.
#[inline(always)]
pub(crate) fn write_halfs(row: &[u16], bytes: &mut [u8]) {
    for (word, &value) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(row) {
        *word = value.to_le_bytes();
    }
}

/// The half float nearest to `value / 2^28`, the even one of two that are as near; 0 to 2^28.
#[inline(always)]
pub(super) fn from_fixed(value: i32) -> u16 {
    // Without its lowest bits the float is exact, and its exponent is the highest bit's place: 14 at least, because
    // below 2^-14 all halves are 2^-24 apart.
    let exponent = (((value & !15) as f32).to_bits() >> 23).max(127 + 14);
    let shift = exponent.wrapping_sub(127 + 10);
    let value = value as u32;
    // A half less 1, and 1 more for what is odd: ties go to the even one.
    let half = 1u32.wrapping_shl(shift.wrapping_sub(1));
    let odd = value.wrapping_shr(shift) & 1;
    let steps = value.wrapping_add(half).wrapping_sub(1).wrapping_add(odd).wrapping_shr(shift);
    // The significand's leading one counts the exponent up, and so does one that rounds up to 2048.
    steps.wrapping_add(exponent.wrapping_sub(127 + 14).wrapping_shl(10)) as u16
}

/// A half float below 1 is `significand · 2^-shift`, its product with 65,535 has 27 bits.
#[inline(always)]
fn to_unit(bits: u16) -> u16 {
    let bits = u32::from(bits);
    let (exponent, fraction) = ((bits >> 10) & 31, bits & 1023);
    let significand = fraction + if exponent == 0 { 0 } else { 1024 };
    let shift = 25 - exponent.clamp(1, 15);
    let rounded = (significand * 65535 + (1 << (shift - 1))) >> shift;
    let value = if exponent >= 15 { 65535 } else { rounded };
    // Negative numbers, and what isn't a number.
    if bits & 0x8000 != 0 || bits & 0x7fff > 0x7c00 { 0 } else { value as u16 }
}

/// `v · 2^zeros`, from 32,768 to 65,535, over 65,535 is the significand; there are no ties, because 65,535 is odd.
#[inline(always)]
fn from_unit(v: u16) -> u16 {
    // The float is exact, and its exponent tells how many zeros there are.
    let float = f32::from(v).to_bits();
    let exponent = (float >> 23).wrapping_sub(127);
    let scaled = (0x80_0000 | (float & 0x7f_ffff)) >> 8;
    let dividend = (scaled << 11) + 32767;
    // By 65,535, cut down.
    let steps = (dividend + (dividend >> 16) + 1) >> 16;
    // v / 65535 is from 2^(exponent - 16) on; a significand of 2048 carries into the exponent by itself.
    let normal = exponent.wrapping_sub(1).wrapping_shl(10).wrapping_add(steps).wrapping_sub(1024);
    // Below 2^-14 halves are 2^-24 apart.
    if v < 4 { 256 * v } else { normal as u16 }
}

#[cfg(test)]
mod tests {
    use super::{HALF_FRACTION_BITS, HALF_ONE, from_fixed, from_unit, load_half, store_half, to_unit};

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

    #[test]
    fn every_half_becomes_its_rounded_value() {
        for bits in 0..=u16::MAX {
            // Exact: 11 bits times 16 are 27. What isn't a number stays so until it is cast, to 0.
            let expected = (value(bits) * 65535.0 + 0.5).floor().clamp(0.0, 65535.0) as u16;
            assert_eq!(to_unit(bits), expected, "{bits:04x}");
        }
    }

    #[test]
    fn every_channel_becomes_the_nearest_half() {
        for v in 0..=u16::MAX {
            let (bits, exact) = (from_unit(v), f64::from(v) / 65535.0);
            let distance = |bits: u16| (value(bits) - exact).abs();
            assert!(distance(bits) < distance(bits + 1) && (bits == 0 || distance(bits) < distance(bits - 1)), "{v}");
        }
        assert_eq!(from_unit(65535), 0x3c00);
    }

    #[test]
    fn every_boundary_between_halves_is_where_it_belongs() {
        let one = f64::from(1 << HALF_FRACTION_BITS);
        for bits in 0..HALF_ONE {
            // Exact: halves from 0 to 1 are multiples of 2^-24, ties of 2^-25.
            let (low, high) = (value(bits) * one, value(bits + 1) * one);
            let tie = f64::midpoint(low, high);
            let even = bits + (bits & 1);
            for (at, expected) in [(low, bits), (tie - 1.0, bits), (tie, even), (tie + 1.0, bits + 1), (high, bits + 1)]
            {
                assert_eq!(from_fixed(at as i32), expected, "{at} beside {bits:04x}");
            }
        }
    }

    #[test]
    fn rows_are_little_endian() {
        let mut bytes = [0; 6];
        store_half(&[0, 65535, 32768], &mut bytes);
        assert_eq!(bytes, [0, 0, 0x00, 0x3c, 0x00, 0x38]);
        let mut row = [7; 3];
        load_half(&bytes, &mut row);
        assert_eq!(row, [0, 65535, 32768]);
    }
}
