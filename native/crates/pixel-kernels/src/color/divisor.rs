//! Exact division by a number known only at run time, at the price of a multiplication.

/// Divides by `d` as `(n · m) >> (64 + s)` with `m = floor(2^(64+s) / d) + 1`: exact when `n · d < 2^(64+s)`
/// (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Divisor {
    multiplier: u64,
    shift: u32,
}

impl Divisor {
    /// For dividends of at most 2^50 and `divisor` in 2..=2^41: then 2^s > d/4 and n·d < 2^(64+s) holds for all.
    pub const fn new(divisor: i64) -> Self {
        assert!(divisor >= 2 && divisor <= 1 << 41);
        let shift = 63 - (divisor as u64 - 1).leading_zeros();
        let multiplier = ((1u128 << (64 + shift)) / divisor as u128) as u64 + 1;
        Self { multiplier, shift }
    }

    /// `floor(dividend / divisor)`.
    #[inline(always)]
    pub const fn divide(self, dividend: u64) -> u64 {
        ((dividend as u128 * self.multiplier as u128) >> 64) as u64 >> self.shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_integer_division(divisor in 2i64..1 << 41, dividend in 0u64..1 << 50) {
            let exact = Divisor::new(divisor);
            let multiple = dividend - dividend % divisor as u64;
            for n in [dividend, multiple, multiple.saturating_sub(1), multiple + 1] {
                prop_assert_eq!(exact.divide(n), n / divisor as u64);
            }
        }
    }

    #[test]
    fn divides_by_powers_of_two() {
        for shift in 1..=41 {
            let exact = Divisor::new(1 << shift);
            for n in [0, 1, (1u64 << shift) - 1, 1 << shift, (1 << 50) - 1] {
                assert_eq!(exact.divide(n), n >> shift);
            }
        }
    }
}
