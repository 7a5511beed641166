//! Vectors from and to slices, and the packing of 32-bit lanes into bytes.

use std::arch::x86_64::*;

/// Loads 64 bytes from element `at` of a row.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load<T: Copy>(row: &[T], at: usize) -> __m512i {
    let part = &row[at..at + 64 / size_of::<T>()];
    // SAFETY: the part has the 64 bytes that are read; no alignment is needed.
    unsafe { _mm512_loadu_si512(part.as_ptr().cast()) }
}

/// Loads 32 bytes from element `at` of a row.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load_half<T: Copy>(row: &[T], at: usize) -> __m256i {
    let part = &row[at..at + 32 / size_of::<T>()];
    // SAFETY: the part has the 32 bytes that are read; no alignment is needed.
    unsafe { _mm256_loadu_si256(part.as_ptr().cast()) }
}

/// Stores 64 bytes from element `at` of a row.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store<T: Copy>(row: &mut [T], at: usize, value: __m512i) {
    let part = &mut row[at..at + 64 / size_of::<T>()];
    // SAFETY: the part has the 64 bytes that are written; every bit pattern is an integer; no alignment is needed.
    unsafe { _mm512_storeu_si512(part.as_mut_ptr().cast(), value) }
}

/// Stores 64 bytes from byte `at` of a row, past the caches where they fill a line. The caller ends with
/// [`end_stream`].
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn stream(row: &mut [u8], at: usize, value: __m512i) {
    let part = &mut row[at..at + 64];
    let address = part.as_mut_ptr();
    // SAFETY: the part has the 64 bytes that are written; where they are written past the caches, they are aligned.
    unsafe {
        if address.addr().is_multiple_of(64) {
            _mm512_stream_si512(address.cast(), value);
        } else {
            _mm512_storeu_si512(address.cast(), value);
        }
    }
}

/// Makes what was streamed seen in order with what follows.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn end_stream() {
    _mm_sfence();
}

/// Stores 32 bytes from element `at` of a row.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store_half(row: &mut [u8], at: usize, value: __m256i) {
    let part = &mut row[at..at + 32];
    // SAFETY: the part has the 32 bytes that are written; no alignment is needed.
    unsafe { _mm256_storeu_si256(part.as_mut_ptr().cast(), value) }
}

/// Fetches the cache line of byte `at` into the second-level cache.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn fetch(row: &[u8], at: usize) {
    #[allow(unused_unsafe, reason = "it is unsafe up to Rust 1.89")]
    // SAFETY: a prefetch of any address does nothing that a program can see.
    unsafe {
        _mm_prefetch::<_MM_HINT_T1>(row.as_ptr().wrapping_add(at).cast());
    }
}

/// Fetches the cache line of byte `at` into the first-level cache.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn fetch_near(row: &[u8], at: usize) {
    #[allow(unused_unsafe, reason = "it is unsafe up to Rust 1.89")]
    // SAFETY: a prefetch of any address does nothing that a program can see.
    unsafe {
        _mm_prefetch::<_MM_HINT_T0>(row.as_ptr().wrapping_add(at).cast());
    }
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

/// Sixteen pixels from lanes of their channels, clamped to 0..=255, with alpha in 0..=255 already.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn pack_pixels(first: __m512i, second: __m512i, third: __m512i, alpha: __m512i) -> __m512i {
    let outer = _mm512_packs_epi32(first, third);
    let inner = _mm512_packs_epi32(second, alpha);
    // Each 128-bit part now holds four pixels as 4×first, 4×third, 4×second, 4×alpha.
    let order = _mm_setr_epi8(0, 8, 4, 12, 1, 9, 5, 13, 2, 10, 6, 14, 3, 11, 7, 15);
    _mm512_shuffle_epi8(_mm512_packus_epi16(outer, inner), _mm512_broadcast_i32x4(order))
}
