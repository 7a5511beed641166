//! RGB → Y'CbCr as quotients of integers (ITU-R BT.601-7, BT.709-6, BT.2020-2; quantisation as in BT.2100 table 9).

use super::{Color, Divisor};

/// The common denominator of the luma coefficients.
pub(crate) const UNIT: i32 = 10_000;

/// A code as `min(255, floor((multiplier · x + addend) / divisor))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rational {
    pub multiplier: i32,
    pub addend: i32,
    pub divisor: i32,
    exact: Divisor,
}

impl Rational {
    const fn new(multiplier: i32, addend: i32, divisor: i32) -> Self {
        Self { multiplier, addend, divisor, exact: Divisor::new(divisor as i64) }
    }

    /// The code of `x`; the numerator is never negative for sums of 8-bit samples.
    #[inline(always)]
    pub fn code(&self, x: i32) -> u8 {
        let numerator = self.multiplier * x + self.addend;
        self.exact.divide(numerator as u64).min(255) as u8
    }
}

/// RGB → Y'CbCr of one colour, with coefficients in the order of a pixel's bytes in memory.
///
/// Luma is `luma_code.code(x)` of `x = Σ luma·sample`. Chroma is `cb_code.code(x)` of `x = Σ cb·sum`, `sum` being a
/// weighted sum of samples whose weights add up to 16 (every location's sums are brought to that), Cr likewise:
/// `x/UNIT` is then 16·(B' − Y') on the scale 0..255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Forward {
    pub luma: [i16; 4],
    pub cb: [i16; 4],
    pub cr: [i16; 4],
    pub luma_code: Rational,
    pub cb_code: Rational,
    pub cr_code: Rational,
    /// What luma begins at: 16 or 0. It is part of `luma_code.addend`.
    pub luma_offset: i32,
}

impl Forward {
    /// For pixels of bytes R G B A, or B G R A with `blue_first`.
    pub fn new(color: Color, blue_first: bool) -> Self {
        let [kr, kg, kb] = color.matrix.ten_thousandths();
        let in_memory = |[r, g, b]: [i32; 3]| {
            let [first, third] = if blue_first { [b, r] } else { [r, b] };
            [first as i16, g as i16, third as i16, 0]
        };
        let luma_code = if color.full_range {
            Rational::new(1, UNIT / 2, UNIT)
        } else {
            // 219/255 = 73/85
            let divisor = 85 * UNIT;
            Rational::new(73, 16 * divisor + divisor / 2, divisor)
        };
        let chroma_code = |k: i32| {
            // 128 + scale·x / (16·255·2·(1−k)), with x over UNIT: scale 255 cancels, 224/16 = 14.
            let (multiplier, divisor) =
                if color.full_range { (1, 32 * (UNIT - k)) } else { (14, 2 * 255 * (UNIT - k)) };
            Rational::new(multiplier, 128 * divisor + divisor / 2, divisor)
        };
        Self {
            luma: in_memory([kr, kg, kb]),
            cb: in_memory([-kr, -kg, UNIT - kb]),
            cr: in_memory([UNIT - kr, -kg, -kb]),
            luma_code,
            cb_code: chroma_code(kb),
            cr_code: chroma_code(kr),
            luma_offset: if color.full_range { 0 } else { 16 },
        }
    }
}
