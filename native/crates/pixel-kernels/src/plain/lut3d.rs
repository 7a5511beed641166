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

/// From the corner at each channel's `v·(size-1) / M` one steps along the axes in falling order of the remainders,
/// red before green before blue where they are equal; corners weigh as much as remainders differ.
#[inline(always)]
fn lut3d<S: Sample>(cube: &Cube, row: &mut [S]) {
    let (entries, last) = (cube.entries(), cube.size() as u32 - 1);
    let strides = [1, cube.size(), cube.size() * cube.size()];
    for pixel in row.as_chunks_mut::<4>().0 {
        let mut corner = 0;
        let mut axes = [(0u32, 0usize); 3];
        for channel in 0..3 {
            let position = pixel[channel].wide() * last;
            let node = position / S::MAX;
            corner += node as usize * strides[channel];
            axes[channel] = (position - node * S::MAX, strides[channel]);
        }
        let [r, g, b] = axes;
        // A network of three stable comparisons.
        let (r, g) = if g.0 > r.0 { (g, r) } else { (r, g) };
        let (g, b) = if b.0 > g.0 { (b, g) } else { (g, b) };
        let (r, g) = if g.0 > r.0 { (g, r) } else { (r, g) };
        // A step without a remainder may lead outside; its weight is 0 and any entry does.
        let to = |from: usize, step: (u32, usize)| if step.0 == 0 { from } else { from + step.1 };
        let (second, third) = (to(corner, r), to(to(corner, r), g));
        let fourth = to(third, b);
        let corners = [corner, second, third, fourth].map(|at| &entries[at]);
        let weights = [S::MAX - r.0, r.0 - g.0, g.0 - b.0, b.0];
        for channel in 0..3 {
            let sum: u32 = (0..4).map(|i| weights[i] * u32::from(corners[i][channel])).sum();
            pixel[channel] = S::of((sum + 32767) / 65535);
        }
    }
}
