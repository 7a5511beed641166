//! Y'CbCr → RGB as quotients of integers: the inverse of the standards' rational formulas, rounded once.

use super::forward::UNIT;
use super::{Color, Divisor};
#[cfg(target_arch = "x86_64")]
use super::{FixedInverse, Share};

/// One of R, G, B as `clamp(floor((luma·(Y−offset) + cb·(Cb−2048) + cr·(Cr−2048)) / divisor + 1/2))`, chroma being
/// a weighted sum of codes whose weights add up to 16.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct InverseRow {
    pub luma: i64,
    pub cb: i64,
    pub cr: i64,
    pub divisor: i64,
    /// Makes every numerator positive; a multiple of `divisor`.
    bias: i64,
    exact: Divisor,
}

/// What [`InverseRow`] adds to every result to keep its dividend positive; all results lie within ±BIAS.
const BIAS: i64 = 1024;

impl InverseRow {
    fn new(luma: Fraction, cb: Fraction, cr: Fraction) -> Self {
        // Twice the common denominator, so that the half of the rounding is whole.
        let divisor = 2 * lcm(lcm(luma.1, cb.1), cr.1);
        let over = |fraction: Fraction| fraction.0 * (divisor / fraction.1);
        Self {
            luma: over(luma),
            cb: over(cb),
            cr: over(cr),
            divisor,
            bias: BIAS * divisor + divisor / 2,
            exact: Divisor::new(divisor),
        }
    }

    /// The 8-bit value; `luma` is the code less its offset, chroma is less 2048.
    #[inline(always)]
    pub fn value(&self, luma: i32, cb: i32, cr: i32) -> u8 {
        let numerator = self.luma * i64::from(luma) + self.cb * i64::from(cb) + self.cr * i64::from(cr) + self.bias;
        (self.exact.divide(numerator as u64) as i64 - BIAS).clamp(0, 255) as u8
    }
}

/// Y'CbCr → RGB of one colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Inverse {
    pub red: InverseRow,
    pub green: InverseRow,
    pub blue: InverseRow,
    /// What luma begins at: 16 or 0.
    pub luma_offset: i32,
    /// The same in fixed point, for terms of one and of two quarters of a column.
    #[cfg(target_arch = "x86_64")]
    pub fixed: [FixedInverse; 2],
}

impl Inverse {
    pub fn new(color: Color) -> Self {
        let [kr, kg, kb] = color.matrix.ten_thousandths().map(i64::from);
        let unit = i64::from(UNIT);
        let luma = if color.full_range { reduce(1, 1) } else { reduce(255, 219) };
        // 255/scale over the sixteen of the chroma weights.
        let (chroma, weights) = if color.full_range { (1, 16) } else { (255, 224 * 16) };
        let none = reduce(0, 1);
        let red = reduce(2 * (unit - kr) * chroma, unit * weights);
        let blue = reduce(2 * (unit - kb) * chroma, unit * weights);
        let green_of = |k: i64| reduce(-2 * k * (unit - k) * chroma, unit * kg * weights);
        let red = InverseRow::new(luma, none, red);
        let green = InverseRow::new(luma, green_of(kb), green_of(kr));
        let blue = InverseRow::new(luma, blue, none);
        let luma_offset = if color.full_range { 0 } else { 16 };
        Self {
            red,
            green,
            blue,
            luma_offset,
            #[cfg(target_arch = "x86_64")]
            fixed: [Share::Whole, Share::Quarter].map(|share| FixedInverse::new(color, [&red, &green, &blue], share)),
        }
    }
}

/// Numerator and denominator without a common factor.
type Fraction = (i64, i64);

fn reduce(numerator: i64, denominator: i64) -> Fraction {
    let divisor = gcd(numerator.abs(), denominator);
    (numerator / divisor, denominator / divisor)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn lcm(a: i64, b: i64) -> i64 {
    a / gcd(a, b) * b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{ChromaLocation, Matrix};

    #[test]
    fn numerators_stay_inside_the_range_of_exact_division() {
        for matrix in [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020] {
            for full_range in [false, true] {
                let inverse = Inverse::new(Color { matrix, full_range, chroma_location: ChromaLocation::Left });
                for row in [inverse.red, inverse.green, inverse.blue] {
                    assert!(row.divisor <= 1 << 41, "{matrix:?} {full_range}: {}", row.divisor);
                    let reach = row.luma * 255 + (row.cb.abs() + row.cr.abs()) * 2048;
                    assert!(row.bias + reach < 1 << 51 && row.bias - reach > 0);
                }
            }
        }
    }
}
