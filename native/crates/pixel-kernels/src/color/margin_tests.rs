//! Y'CbCr → RGB in floating point, tried where it could go wrong.
//!
//! A value is `luma/73 + g(Cb, Cr)` with luma a whole number, so how near it comes to where the rounding changes is
//! known from g alone. All 4081² chroma sums in sixteenths are walked; those that come nearer than the floating-point
//! kernels could err are tried with all luma codes on every instruction set. The others can't go wrong.

use super::{ChromaLocation, Color, Inverse, InverseRow, Matrix};
use crate::dispatch::InstructionSet;
use crate::kernels::{ColumnWeights, YcbcrRow};

/// 64 times the kernels' worst error.
const NEAR: f64 = 1.0 / (1u64 << 36) as f64;

/// Chroma sums (in sixteenths) for which `row` comes near an edge for some luma.
fn hard(row: &InverseRow, luma_steps: i64) -> Vec<(i32, i32)> {
    // Values where the rounding changes are odd multiples of divisor/2, luma's of divisor/luma_steps: what both
    // leave open is g modulo divisor/luma_steps, from divisor/2.
    let step = row.divisor / luma_steps;
    assert_eq!(row.divisor % luma_steps, 0);
    let near = (NEAR * row.divisor as f64).ceil() as i64;
    let mut found = Vec::new();
    let (cb_range, cr_range) = (range(row.cb), range(row.cr));
    for cb in cb_range {
        for cr in cr_range.clone() {
            let value = row.cb * i64::from(cb - 2048) + row.cr * i64::from(cr - 2048) + row.divisor / 2;
            let distance = value.rem_euclid(step);
            if distance <= near || step - distance <= near {
                found.push((cb, cr));
            }
        }
    }
    found
}

/// All sums, or the middle one for a component that has no part.
fn range(coefficient: i64) -> std::ops::RangeInclusive<i32> {
    if coefficient == 0 { 2048..=2048 } else { 0..=4080 }
}

/// Quarters (before, own) whose blend 1:3 is `sixteenths`.
fn quarters(sixteenths: i32) -> [u16; 2] {
    let own = sixteenths / 4;
    [(sixteenths - 3 * own) as u16, own as u16]
}

fn check(inverse: &Inverse, color: Color, hard: &[(i32, i32)], sets: &[InstructionSet]) {
    let luma: Vec<u8> = (0..=255).flat_map(|code| [code, code]).collect();
    for &(cb, cr) in hard {
        // Columns in pairs: the even one gets the sum wanted, of a pair before and own, and so does the odd one.
        let spread = |sum: i32| -> Vec<u16> {
            let [before, own] = quarters(sum);
            (0..luma.len() / 2 + 2).map(|i| if i % 2 == 0 { before } else { own }).collect()
        };
        let (cb_row, cr_row) = (spread(cb), spread(cr));
        let row = YcbcrRow {
            luma: &luma,
            cb: &cb_row,
            cr: &cr_row,
            weights: ColumnWeights { even: [1, 3], odd: [3, 1] },
            blue_first: false,
        };
        let mut expected = vec![0; 4 * luma.len()];
        (InstructionSet::Scalar.kernels().expect("always there").ycbcr_to_rgb)(inverse, row, &mut expected);
        for set in sets {
            let mut actual = vec![0; 4 * luma.len()];
            (set.kernels().expect("available").ycbcr_to_rgb)(inverse, row, &mut actual);
            assert!(actual == expected, "{color:?} on {}: sums {cb}, {cr}", set.name());
        }
    }
}

#[test]
fn no_sum_is_rounded_the_wrong_way() {
    let sets = InstructionSet::available();
    for matrix in [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020] {
        for full_range in [false, true] {
            let color = Color { matrix, full_range, chroma_location: ChromaLocation::Left };
            let inverse = Inverse::new(color);
            let luma_steps = if full_range { 1 } else { 73 };
            for row in [inverse.red, inverse.green, inverse.blue] {
                let hard = hard(&row, luma_steps);
                println!("{color:?} divisor {} hard {}", row.divisor, hard.len());
                check(&inverse, color, &hard, &sets);
            }
        }
    }
}
