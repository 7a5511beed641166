//! Vectors from and to slices, and the packing of 32-bit lanes into bytes.

use std::arch::x86_64::*;

/// Loads 64 bytes from byte `at` of a row.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load(row: &[u8], at: usize) -> __m512i {
    let bytes: &[u8; 64] = row[at..at + 64].try_into().expect("64 bytes");
    // SAFETY: the array has the 64 bytes that are read; no alignment is needed.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

/// Stores 64 bytes from byte `at` of a row.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store(row: &mut [u8], at: usize, value: __m512i) {
    let bytes: &mut [u8; 64] = (&mut row[at..at + 64]).try_into().expect("64 bytes");
    // SAFETY: the array has the 64 bytes that are written; no alignment is needed.
    unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), value) }
}

/// Stores 32 bytes from byte `at` of a row.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store_half(row: &mut [u8], at: usize, value: __m256i) {
    let bytes: &mut [u8; 32] = (&mut row[at..at + 32]).try_into().expect("32 bytes");
    // SAFETY: the array has the 32 bytes that are written; no alignment is needed.
    unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), value) }
}

/// Four bytes repeated.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn repeat_bytes(bytes: [i8; 4]) -> __m512i {
    _mm512_set1_epi32(i32::from_le_bytes(bytes.map(|byte| byte as u8)))
}

/// Four words repeated.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn repeat_words(words: [i16; 4]) -> __m512i {
    let [a, b, c, d] = words.map(|word| i64::from(word as u16));
    _mm512_set1_epi64(a | b << 16 | c << 32 | d << 48)
}

/// 64 lanes of 32 bits as bytes in the same order, clamped to 0..=255.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn pack(lanes: [__m512i; 4]) -> __m512i {
    let [a, b, c, d] = lanes;
    let words = [_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d)];
    let bytes = _mm512_packus_epi16(words[0], words[1]);
    // Packing works in each 128-bit part: part p holds the fours a[p], b[p], c[p], d[p].
    let order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    _mm512_permutexvar_epi32(order, bytes)
}
