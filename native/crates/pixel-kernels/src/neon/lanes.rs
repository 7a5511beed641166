//! Vectors from and to slices.

use std::arch::aarch64::*;

/// Loads 16 pixels from byte `at`, a vector for each of their bytes.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn load_pixels(row: &[u8], at: usize) -> uint8x16x4_t {
    let part = &row[at..at + 64];
    // SAFETY: the part has the 64 bytes that are read.
    unsafe { vld4q_u8(part.as_ptr()) }
}

/// Stores 16 pixels from byte `at`, from a vector for each of their bytes.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn store_pixels(row: &mut [u8], at: usize, pixels: uint8x16x4_t) {
    let part = &mut row[at..at + 64];
    // SAFETY: the part has the 64 bytes that are written.
    unsafe { vst4q_u8(part.as_mut_ptr(), pixels) }
}

#[inline]
#[target_feature(enable = "neon")]
pub(super) fn load_words(row: &[u16], at: usize) -> uint16x8_t {
    let part = &row[at..at + 8];
    // SAFETY: the part has the eight words that are read.
    unsafe { vld1q_u16(part.as_ptr()) }
}

#[inline]
#[target_feature(enable = "neon")]
pub(super) fn load_bytes(row: &[u8], at: usize) -> uint8x16_t {
    let part = &row[at..at + 16];
    // SAFETY: the part has the 16 bytes that are read.
    unsafe { vld1q_u8(part.as_ptr()) }
}

#[inline]
#[target_feature(enable = "neon")]
pub(super) fn store_bytes(row: &mut [u8], at: usize, bytes: uint8x16_t) {
    let part = &mut row[at..at + 16];
    // SAFETY: the part has the 16 bytes that are written.
    unsafe { vst1q_u8(part.as_mut_ptr(), bytes) }
}

#[inline]
#[target_feature(enable = "neon")]
pub(super) fn store_half(row: &mut [u8], at: usize, bytes: uint8x8_t) {
    let part = &mut row[at..at + 8];
    // SAFETY: the part has the eight bytes that are written.
    unsafe { vst1_u8(part.as_mut_ptr(), bytes) }
}

/// Both halves of 16 bytes as words.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn widen(bytes: uint8x16_t) -> [uint16x8_t; 2] {
    [vmovl_u8(vget_low_u8(bytes)), vmovl_high_u8(bytes)]
}

/// Eight lanes of 32 bits as bytes, clamped to 255.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn narrow(lanes: [uint32x4_t; 2]) -> uint8x8_t {
    vqmovn_u16(vcombine_u16(vqmovn_u32(lanes[0]), vqmovn_u32(lanes[1])))
}

/// Eight lanes of 32 bits with sign as bytes, clamped to 0..=255.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn narrow_signed(lanes: [int32x4_t; 2]) -> uint8x8_t {
    vqmovn_u16(vcombine_u16(vqmovun_s32(lanes[0]), vqmovun_s32(lanes[1])))
}
