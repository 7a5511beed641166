//! Planes' samples between the ways that formats hold them, and between codes.

use crate::work::{Codes, Mapping};

/// 8-bit codes as 16-bit numbers.
#[inline(always)]
pub(crate) fn widen_codes(row: &[u8], out: &mut [u16]) {
    for (out, &code) in out.iter_mut().zip(row) {
        *out = u16::from(code);
    }
}

/// The reverse; codes are at most 255.
#[inline(always)]
pub(crate) fn narrow_codes(row: &[u16], out: &mut [u8]) {
    for (out, &code) in out.iter_mut().zip(row) {
        *out = code as u8;
    }
}

#[inline(always)]
pub(crate) fn recode8(codes: &Codes, row: &[u8], out: &mut [u8]) {
    let table: &[u16; 256] = codes.table().first_chunk().expect("as many entries as codes");
    for (out, &code) in out.iter_mut().zip(row) {
        *out = table[usize::from(code)] as u8;
    }
}

#[inline(always)]
pub(crate) fn recode8to10(codes: &Codes, row: &[u8], out: &mut [u16]) {
    if codes.mapping() == Mapping::Up {
        for (out, &code) in out.iter_mut().zip(row) {
            *out = u16::from(code) << 2;
        }
        return;
    }
    let table: &[u16; 256] = codes.table().first_chunk().expect("as many entries as codes");
    for (out, &code) in out.iter_mut().zip(row) {
        *out = table[usize::from(code)];
    }
}

/// Of 10 or 12 bits.
#[inline(always)]
pub(crate) fn recode10(codes: &Codes, row: &[u16], out: &mut [u16]) {
    look_up(codes, row, out, |value| value);
}

/// Of 10 or 12 bits; with `bayer` the table is in 64ths of codes: `min((table[code] + bayer) >> 6, 255)`.
#[inline(always)]
pub(crate) fn recode10to8(codes: &Codes, bayer: Option<&[u8; 8]>, row: &[u16], out: &mut [u8]) {
    let Some(bayer) = bayer else {
        return look_up(codes, row, out, |value| value as u8);
    };
    let mask = codes.table().len() - 1;
    for (x, (out, &code)) in out.iter_mut().zip(row).enumerate() {
        let sum = u32::from(codes.table()[usize::from(code) & mask]) + u32::from(bayer[x & 7]);
        *out = (sum >> 6).min(255) as u8;
    }
}

#[inline(always)]
fn look_up<T>(codes: &Codes, row: &[u16], out: &mut [T], of: impl Fn(u16) -> T) {
    let table = codes.table();
    if let Mapping::Down(shift) = codes.mapping() {
        let (half, largest) = (1 << (shift - 1), (table.len() >> shift) as u16 - 1);
        for (out, &code) in out.iter_mut().zip(row) {
            *out = of(((code + half) >> shift).min(largest));
        }
        return;
    }
    // A power of two: what is masked lies inside.
    let mask = table.len() - 1;
    for (out, &code) in out.iter_mut().zip(row) {
        *out = of(table[usize::from(code) & mask]);
    }
}

/// P010's words: the code is in the upper ten bits.
#[inline(always)]
pub(crate) fn unpack_high10(bytes: &[u8], out: &mut [u16]) {
    for (out, word) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *out = u16::from_le_bytes(*word) >> 6;
    }
}

/// I420P10's words; what isn't a code of ten bits becomes the largest.
#[inline(always)]
pub(crate) fn unpack_low10(bytes: &[u8], out: &mut [u16]) {
    for (out, word) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *out = u16::from_le_bytes(*word).min(1023);
    }
}

#[inline(always)]
pub(crate) fn pack_high10(row: &[u16], bytes: &mut [u8]) {
    for (word, &code) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(row) {
        *word = (code << 6).to_le_bytes();
    }
}

#[inline(always)]
pub(crate) fn pack_low10(row: &[u16], bytes: &mut [u8]) {
    for (word, &code) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(row) {
        *word = code.to_le_bytes();
    }
}

/// P010's chroma.
#[inline(always)]
pub(crate) fn split_high10(bytes: &[u8], cb: &mut [u16], cr: &mut [u16]) {
    for ((cb, cr), pair) in cb.iter_mut().zip(cr).zip(bytes.as_chunks::<4>().0) {
        *cb = u16::from_le_bytes([pair[0], pair[1]]) >> 6;
        *cr = u16::from_le_bytes([pair[2], pair[3]]) >> 6;
    }
}

#[inline(always)]
pub(crate) fn join_high10(cb: &[u16], cr: &[u16], bytes: &mut [u8]) {
    for (pair, (&cb, &cr)) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(cb.iter().zip(cr)) {
        let ([b0, b1], [r0, r1]) = ((cb << 6).to_le_bytes(), (cr << 6).to_le_bytes());
        *pair = [b0, b1, r0, r1];
    }
}

/// YUY2, or UYVY with `CHROMA` 0. `luma` may end inside the last of the macropixels.
#[inline(always)]
fn split_packed<const CHROMA: usize>(bytes: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    let (macropixels, _) = bytes.as_chunks::<4>();
    let (pairs, last) = luma.as_chunks_mut::<2>();
    for (pair, bytes) in pairs.iter_mut().zip(macropixels) {
        *pair = [bytes[1 - CHROMA], bytes[3 - CHROMA]];
    }
    if let ([last], Some(bytes)) = (last, macropixels.last()) {
        *last = bytes[1 - CHROMA];
    }
    for ((cb, cr), bytes) in cb.iter_mut().zip(cr).zip(macropixels) {
        *cb = bytes[CHROMA];
        *cr = bytes[2 + CHROMA];
    }
}

#[inline(always)]
pub(crate) fn split_yuy2(bytes: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    split_packed::<1>(bytes, luma, cb, cr);
}

#[inline(always)]
pub(crate) fn split_uyvy(bytes: &[u8], luma: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    split_packed::<0>(bytes, luma, cb, cr);
}

/// The reverse; an odd last luma is written twice.
#[inline(always)]
fn join_packed<const CHROMA: usize>(luma: &[u8], cb: &[u8], cr: &[u8], bytes: &mut [u8]) {
    let order = |y: [u8; 2], cb: u8, cr: u8| if CHROMA == 1 { [y[0], cb, y[1], cr] } else { [cb, y[0], cr, y[1]] };
    let (macropixels, _) = bytes.as_chunks_mut::<4>();
    let (pairs, last) = luma.as_chunks::<2>();
    let samples = pairs.iter().zip(cb.iter().zip(cr));
    for (out, (pair, (&cb, &cr))) in macropixels.iter_mut().zip(samples) {
        *out = order(*pair, cb, cr);
    }
    if let ([last], Some(out), Some(&cb), Some(&cr)) = (last, macropixels.last_mut(), cb.last(), cr.last()) {
        *out = order([*last; 2], cb, cr);
    }
}

#[inline(always)]
pub(crate) fn join_yuy2(luma: &[u8], cb: &[u8], cr: &[u8], bytes: &mut [u8]) {
    join_packed::<1>(luma, cb, cr, bytes);
}

#[inline(always)]
pub(crate) fn join_uyvy(luma: &[u8], cb: &[u8], cr: &[u8], bytes: &mut [u8]) {
    join_packed::<0>(luma, cb, cr, bytes);
}
