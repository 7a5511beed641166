//! Frequent conversions in one step from the bytes of a source to those of a target. What they give is what the steps
//! give that they stand for: all their weights are quarters, so that nothing is rounded before the end.

/// P010's words as 8-bit codes of limited range: `min((code + 2) >> 2, 255)`.
#[inline(always)]
pub(crate) fn round_high10(words: &[u8], out: &mut [u8]) {
    for (out, word) in out.iter_mut().zip(words.as_chunks::<2>().0) {
        let code = u16::from_le_bytes(*word) >> 6;
        *out = ((code + 2) >> 2).min(255) as u8;
    }
}

/// Luma of a row of YUY2.
#[inline(always)]
pub(crate) fn luma_of_yuy2(row: &[u8], out: &mut [u8]) {
    for (out, pair) in out.iter_mut().zip(row.as_chunks::<2>().0) {
        *out = u16::from_le_bytes(*pair) as u8;
    }
}

/// Cb and Cr in turn of two rows of YUY2, averaged.
#[inline(always)]
pub(crate) fn chroma_of_yuy2(rows: [&[u8]; 2], out: &mut [u8]) {
    let [top, bottom] = rows.map(|row| row.as_chunks::<2>().0);
    for (out, (a, b)) in out.iter_mut().zip(top.iter().zip(bottom)) {
        let (a, b) = (u16::from_le_bytes(*a) >> 8, u16::from_le_bytes(*b) >> 8);
        *out = ((a + b + 1) >> 1) as u8;
    }
}

/// Two rows of YUY2 into two rows of luma and one of chroma.
#[inline(always)]
pub(crate) fn stream_yuy2(rows: [&[u8]; 2], _ahead: [&[u8]; 2], luma: [&mut [u8]; 2], chroma: &mut [u8]) {
    for (row, luma) in rows.into_iter().zip(luma) {
        luma_of_yuy2(row, luma);
    }
    chroma_of_yuy2(rows, chroma);
}

/// A row of samples from two rows of twice as many, each of four with equal weights.
#[inline(always)]
pub(crate) fn halve_box(rows: [&[u8]; 2], _ahead: [&[u8]; 2], out: &mut [u8]) {
    let [top, bottom] = rows.map(|row| row.as_chunks::<2>().0);
    for (out, (a, b)) in out.iter_mut().zip(top.iter().zip(bottom)) {
        let (a, b) = (u16::from_le_bytes(*a), u16::from_le_bytes(*b));
        *out = (((a & 255) + (a >> 8) + (b & 255) + (b >> 8) + 2) >> 2) as u8;
    }
}

/// As `halve_box`, with weights in quarters.
#[inline(always)]
pub(crate) fn halve_quarters(rows: [&[u8]; 2], _ahead: [&[u8]; 2], across: [u16; 2], down: [u16; 2], out: &mut [u8]) {
    let [top, bottom] = rows.map(|row| row.as_chunks::<2>().0);
    for (out, (a, b)) in out.iter_mut().zip(top.iter().zip(bottom)) {
        let (a, b) = (u16::from_le_bytes(*a), u16::from_le_bytes(*b));
        let left = down[0] * (a & 255) + down[1] * (b & 255);
        let right = down[0] * (a >> 8) + down[1] * (b >> 8);
        *out = ((across[0] * left + across[1] * right + 8) >> 4) as u8;
    }
}

/// As `halve_quarters`, of two components in turn.
#[inline(always)]
pub(crate) fn halve_pairs(rows: [&[u8]; 2], _ahead: [&[u8]; 2], across: [u16; 2], down: [u16; 2], out: &mut [u8]) {
    let [top, bottom] = rows.map(|row| row.as_chunks::<4>().0);
    let (across, down) = (across.map(u32::from), down.map(u32::from));
    // Left and right samples of a component, blended, in the halves of a word.
    let sum = |both: u32| (across[0] * (both & 0xFFFF) + across[1] * (both >> 16) + 8) >> 4;
    for (out, (a, b)) in out.as_chunks_mut::<2>().0.iter_mut().zip(top.iter().zip(bottom)) {
        let (a, b) = (u32::from_le_bytes(*a), u32::from_le_bytes(*b));
        let first = down[0] * (a & 0x00FF_00FF) + down[1] * (b & 0x00FF_00FF);
        let second = down[0] * ((a >> 8) & 0x00FF_00FF) + down[1] * ((b >> 8) & 0x00FF_00FF);
        *out = ((sum(first) | sum(second) << 8) as u16).to_le_bytes();
    }
}

/// A row of 4-byte pixels from two rows of twice as many, each of four with equal weights.
#[inline(always)]
pub(crate) fn halve_pixels(rows: [&[u8]; 2], out: &mut [u8]) {
    let [top, bottom] = rows.map(|row| row.as_chunks::<8>().0);
    // Two channels of a word: sums of four bytes fit ten bits.
    let mean = |sum: u32| ((sum + 0x0002_0002) >> 2) & 0x00FF_00FF;
    for (out, (a, b)) in out.as_chunks_mut::<4>().0.iter_mut().zip(top.iter().zip(bottom)) {
        let (a, b) = (u64::from_le_bytes(*a), u64::from_le_bytes(*b));
        let [a, b, c, d] = [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32];
        let even = (a & 0x00FF_00FF) + (b & 0x00FF_00FF) + (c & 0x00FF_00FF) + (d & 0x00FF_00FF);
        let odd = ((a >> 8) & 0x00FF_00FF) + ((b >> 8) & 0x00FF_00FF) + ((c >> 8) & 0x00FF_00FF);
        let odd = odd + ((d >> 8) & 0x00FF_00FF);
        *out = (mean(even) | mean(odd) << 8).to_le_bytes();
    }
}
