//! The two passes of a bilinear scale; nothing is rounded between them.

use crate::kernels::Columns;

/// Scales from output pixel `from` to the end of the row.
#[inline(always)]
pub(crate) fn scale_columns_from(from: usize, row: &[u8], columns: &Columns, out: &mut [u16]) {
    for (x, out) in out.chunks_exact_mut(4).enumerate().skip(from) {
        let first = &row[4 * columns.first[x] as usize..][..4];
        let second = &row[4 * columns.second[x] as usize..][..4];
        let weight = columns.weight[x];
        for channel in 0..4 {
            let (a, b) = (u16::from(first[channel]), u16::from(second[channel]));
            out[channel] = a * ((1 << columns.bits) - weight) + b * weight;
        }
    }
}

#[inline(always)]
pub(crate) fn scale_rows(rows: [&[u16]; 2], weight: u16, bits: u32, out: &mut [u8]) {
    let (weight, unit) = (u32::from(weight), 1u32 << bits);
    for (out, (a, b)) in out.iter_mut().zip(rows[0].iter().zip(rows[1])) {
        let sum = u32::from(*a) * (unit - weight) + u32::from(*b) * weight;
        *out = ((sum + unit * unit / 2) >> (2 * bits)) as u8;
    }
}
