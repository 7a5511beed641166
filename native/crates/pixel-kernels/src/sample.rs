//! Channels of the two depths that pixels have between source and target.

/// A channel of a pixel: `u8` with 255 as 1.0, or `u16` with 65,535.
pub(crate) trait Sample: Copy + Default + Send + Sync + 'static {
    /// 1.0.
    const MAX: u32;
    /// What an 8-bit sample counts at this depth.
    const BYTE: u32;
    fn wide(self) -> u32;
    /// The low bits of a value; callers keep it within [`Self::MAX`].
    fn of(value: u32) -> Self;
    /// `value / MAX`, rounded half up, for values up to MAX².
    fn divide(value: u32) -> u32;

    #[inline(always)]
    fn clamped(value: i32) -> Self {
        Self::of(value.clamp(0, Self::MAX as i32) as u32)
    }
}

impl Sample for u8 {
    const MAX: u32 = 255;
    const BYTE: u32 = 1;

    #[inline(always)]
    fn wide(self) -> u32 {
        u32::from(self)
    }

    #[inline(always)]
    fn of(value: u32) -> Self {
        value as u8
    }

    #[inline(always)]
    fn divide(value: u32) -> u32 {
        let t = value + 128;
        (t + (t >> 8)) >> 8
    }
}

impl Sample for u16 {
    const MAX: u32 = 65535;
    const BYTE: u32 = 257;

    #[inline(always)]
    fn wide(self) -> u32 {
        u32::from(self)
    }

    #[inline(always)]
    fn of(value: u32) -> Self {
        value as u16
    }

    #[inline(always)]
    fn divide(value: u32) -> u32 {
        let t = value + 32768;
        (t + (t >> 16)) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn division_rounds_half_up() {
        for value in 0..=65025 {
            assert_eq!(u8::divide(value), (2 * value + 255) / 510);
        }
        let exact = |value: u32| ((2 * u64::from(value) + 65535) / 131_070) as u32;
        for value in (0..=65535 * 65535).step_by(997) {
            assert_eq!(u16::divide(value), exact(value));
        }
        for quotient in 0..65535u32 {
            for value in [65535 * quotient + 32767, 65535 * quotient + 32768] {
                assert_eq!(u16::divide(value), exact(value));
            }
        }
    }
}
