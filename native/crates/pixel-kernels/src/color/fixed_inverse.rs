//! Y'CbCr → RGB in small integers, for vectors.
//!
//! All luma codes of a colour are multiples of 1/73 of a step of R, G and B (limited range, where 255/219 is 85/73) or
//! whole steps, so a value is `floor((w·Y + floor(73·(chroma + 1/2 − offset))) / 73)`: what chroma adds may be cut to
//! whole 73rds beforehand, and all that is done for each pixel fits 16 bits. What is cut is computed to 2^-15 of a
//! 73rd; where a value lies that near above a whole number it is taken as unsure and done in another way.

use super::{Color, InverseRow, Matrix};

/// Parts of a step of R, G and B.
const UNIT: i64 = 73;
/// Bits of the lower part of a coefficient.
const LOW: u32 = 15;

/// A coefficient as `high + low / 2^15`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Split {
    pub high: i16,
    pub low: i16,
}

/// How a column's chroma is made of terms of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// A term is all of a column's chroma, with 15 bits of fraction; two of half the weight have 16 in their sum.
    Whole,
    /// A term is a quarter, with 16 bits of fraction.
    Quarter,
}

/// R, G and B of one colour.
///
/// A term of Cb and Cr, 64 times their quarters less 512, is
/// `Σ high·sample + ((Σ low·sample + addend) >> 15)` in `1/(73·2^15)` or, for quarters, `1/(73·2^16)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FixedInverse {
    /// 73rds of a luma code.
    pub luma: i16,
    /// What is added to them.
    pub offset: i16,
    /// Of Cb and Cr, for R, G and B.
    pub chroma: [[Split; 2]; 3],
    pub addend: i32,
    /// Whether red and blue are always right, so that green alone may be unsure.
    pub sure: bool,
}

impl FixedInverse {
    /// How many times the quarters of chroma codes, less 512, are taken.
    pub const QUARTER: i32 = 64;
    /// Terms err upwards by less than this many of their units: a fraction that is smaller is in doubt.
    pub const UNSURE: i32 = 4;
    /// Steps of v 73rds are `((v · RECIPROCAL + 2^14) >> 15) >> RECIPROCAL_SHIFT`.
    pub const RECIPROCAL: i16 = 28728;
    pub const RECIPROCAL_SHIFT: u32 = 6;

    pub fn new(color: Color, [red, green, blue]: [&InverseRow; 3], share: Share) -> Self {
        // A term's unit to the 73rd, and the quarters of a code's sixteenth that it stands for.
        let (one, quarters) = match share {
            Share::Whole => (1 << 15, 4.0),
            Share::Quarter => (1 << 16, 1.0),
        };
        let coefficient = |part: i64, row: &InverseRow| -> Split {
            let exact = part as f64 / row.divisor as f64 * (UNIT * one) as f64 * quarters / f64::from(Self::QUARTER);
            let scaled = (exact * f64::from(1 << LOW)).round() as i32;
            let high = (scaled + (1 << (LOW - 1))) >> LOW;
            Split { high: high as i16, low: (scaled - (high << LOW)) as i16 }
        };
        let of = |row: &InverseRow| [coefficient(row.cb, row), coefficient(row.cr, row)];
        let luma = UNIT * red.luma / red.divisor;
        // Half a step is 36 73rds and half of one; terms may fall short by two units.
        let half = match share {
            Share::Whole => one / 2,
            Share::Quarter => one / 8,
        };
        Self {
            luma: luma as i16,
            offset: (UNIT / 2 - luma * if color.full_range { 0 } else { 16 }) as i16,
            chroma: [of(red), of(green), of(blue)],
            addend: (half as i32 + 2) << LOW,
            sure: matches!((color.matrix, color.full_range), (Matrix::Bt601, _) | (Matrix::Bt709, false)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{ChromaLocation, Color, Inverse, Matrix};

    impl FixedInverse {
        /// Of chroma in quarters, less 512.
        fn term(&self, channel: usize, [cb, cr]: [i64; 2]) -> i64 {
            let [first, second] = self.chroma[channel];
            let (cb, cr) = (cb * i64::from(Self::QUARTER), cr * i64::from(Self::QUARTER));
            let high = cb * i64::from(first.high) + cr * i64::from(second.high);
            let low = cb * i64::from(first.low) + cr * i64::from(second.low) + i64::from(self.addend);
            assert!(i32::try_from(low).is_ok());
            let term = high + (low >> LOW);
            assert!(i32::try_from(2 * term).is_ok());
            term
        }
    }

    fn quarters(part: i64) -> std::ops::RangeInclusive<i64> {
        if part == 0 { 0..=0 } else { -512..=508 }
    }

    fn all() -> impl Iterator<Item = (Color, Inverse, Share)> {
        [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020].into_iter().flat_map(|matrix| {
            [false, true].into_iter().flat_map(move |full_range| {
                let color = Color { matrix, full_range, chroma_location: ChromaLocation::Left };
                [Share::Whole, Share::Quarter].map(|share| (color, Inverse::new(color), share))
            })
        })
    }

    /// By how many of its units a channel's terms are too large, at least and at most: all are tried.
    fn error(fixed: &FixedInverse, channel: usize, row: &InverseRow, share: Share) -> [f64; 2] {
        let (one, quarter) = if share == Share::Whole { (1i64 << 15, 4) } else { (1 << 16, 1) };
        let half = if share == Share::Whole { one / 2 } else { one / 8 };
        let mut reach = [f64::INFINITY, f64::NEG_INFINITY];
        for cb in quarters(row.cb) {
            for cr in quarters(row.cr) {
                let exact = ((row.cb * cb + row.cr * cr) * quarter * UNIT) as f64 / row.divisor as f64;
                let error = fixed.term(channel, [cb, cr]) as f64 - (exact * one as f64 + half as f64);
                reach = [reach[0].min(error), reach[1].max(error)];
            }
        }
        reach
    }

    #[test]
    fn terms_err_upwards_by_less_than_is_unsure() {
        for (color, inverse, share) in all() {
            let fixed = &inverse.fixed[share as usize];
            for (channel, row) in [inverse.red, inverse.green, inverse.blue].iter().enumerate() {
                let [least, most] = error(fixed, channel, row, share);
                // A thousandth is far more than doubles err by here.
                let holds = least > 0.001 && most < f64::from(FixedInverse::UNSURE) - 0.001;
                assert!(holds, "{color:?} {share:?} {channel}: {least} to {most}");
            }
        }
    }

    /// Red and blue have one chroma sum each: the one that comes nearest below a whole 73rd is found by trying all.
    #[test]
    fn what_is_called_sure_never_comes_near_the_next_whole_number() {
        for (color, inverse, share) in all().filter(|(.., share)| *share == Share::Whole) {
            let fixed = &inverse.fixed[share as usize];
            for (channel, row, part) in [(0, inverse.red, inverse.red.cr), (2, inverse.blue, inverse.blue.cb)] {
                let nearest = (-2048..=2032)
                    .map(|sum: i64| row.divisor - (UNIT * (part * sum + row.divisor / 2)).rem_euclid(row.divisor))
                    .min()
                    .expect("sums");
                let margin = nearest as f64 / row.divisor as f64 * f64::from(1 << 15);
                let [_, most] = error(fixed, channel, &row, share);
                assert!(!fixed.sure || most < margin - 0.001, "{color:?} {channel}: {most} of {margin}");
            }
        }
    }

    #[test]
    fn the_reciprocal_divides_all_that_saturated_words_hold() {
        for parts in 0..=i32::from(i16::MAX) {
            let rounded = (parts * i32::from(FixedInverse::RECIPROCAL) + (1 << 14)) >> 15;
            assert_eq!(rounded >> FixedInverse::RECIPROCAL_SHIFT, parts / UNIT as i32);
        }
        let least = (-i32::from(FixedInverse::RECIPROCAL) + (1 << 14)) >> 15;
        assert!(least >> FixedInverse::RECIPROCAL_SHIFT < 0);
    }
}
