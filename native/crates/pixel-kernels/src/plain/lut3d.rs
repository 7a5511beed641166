//! A colour cube, interpolated in tetrahedra.

use crate::sample::Sample;
use crate::work::Cube;

#[inline(always)]
pub(crate) fn lut3d8(cube: &Cube, row: &mut [u8]) {
    lut3d(cube, row);
}

#[inline(always)]
pub(crate) fn lut3d16(cube: &Cube, row: &mut [u16]) {
    lut3d(cube, row);
}

/// Pixels whose places in the cube are found together.
const BLOCK: usize = 16;

#[inline(always)]
fn lut3d<S: Sample>(cube: &Cube, row: &mut [S]) {
    let (blocks, rest) = row.as_chunks_mut::<{ 4 * BLOCK }>();
    for block in blocks {
        look_up(cube, block);
    }
    if !rest.is_empty() {
        let mut block = [S::default(); 4 * BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        look_up(cube, &mut block);
        rest.copy_from_slice(&block[..rest.len()]);
    }
}

/// From the corner at each channel's `v·(size-1) / M` one steps along the axes in falling order of the remainders,
/// red before green before blue where they are equal; corners weigh as much as remainders differ.
#[inline(always)]
fn look_up<S: Sample>(cube: &Cube, pixels: &mut [S; 4 * BLOCK]) {
    let (entries, size) = (cube.entries(), cube.size() as u32);
    let strides = [1, size, size * size];
    let mut corners = [[0u32; BLOCK]; 4];
    // Remainders, with what breaks ties in the lowest bits.
    let mut keys = [[0u32; BLOCK]; 3];
    for (channel, keys) in keys.iter_mut().enumerate() {
        for i in 0..BLOCK {
            let position = pixels[4 * i + channel].wide() * (size - 1);
            let node = position / S::MAX;
            corners[0][i] += node * strides[channel];
            keys[i] = (position - node * S::MAX) << 2 | (2 - channel as u32);
        }
    }
    let mut weights = [[0u32; BLOCK]; 4];
    for i in 0..BLOCK {
        let [r, g, b] = [keys[0][i], keys[1][i], keys[2][i]];
        let (high, low) = (r.max(g).max(b), r.min(g).min(b));
        let middle = r ^ g ^ b ^ high ^ low;
        let stride = |key: u32| match key & 3 {
            2 => strides[0],
            1 => strides[1],
            _ => strides[2],
        };
        // A step without a remainder may lead beyond the nodes; its weight is 0 and the cube goes on that far.
        corners[1][i] = corners[0][i] + stride(high);
        corners[2][i] = corners[1][i] + stride(middle);
        corners[3][i] = corners[2][i] + stride(low);
        let [high, middle, low] = [high, middle, low].map(|key| key >> 2);
        (weights[0][i], weights[1][i]) = (S::MAX - high, high - middle);
        (weights[2][i], weights[3][i]) = (middle - low, low);
    }
    for (i, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let mut sums = [32767u32; 4];
        for corner in 0..4 {
            let (entry, weight) = (entries[corners[corner][i] as usize], weights[corner][i]);
            for (sum, value) in sums.iter_mut().zip(entry) {
                *sum += weight * u32::from(value);
            }
        }
        let [r, g, b, _] = sums.map(|sum| S::of(sum / 65535));
        *pixel = [r, g, b, pixel[3]];
    }
}
