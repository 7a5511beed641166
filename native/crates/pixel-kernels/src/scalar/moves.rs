//! Bytes in another order.

#[inline(always)]
pub(crate) fn swap_red_blue(source: &[u8], target: &mut [u8]) {
    for (target, source) in target.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
        target.copy_from_slice(&[source[2], source[1], source[0], source[3]]);
    }
}

#[inline(always)]
pub(crate) fn interleave(cb: &[u8], cr: &[u8], target: &mut [u8]) {
    for (target, (cb, cr)) in target.chunks_exact_mut(2).zip(cb.iter().zip(cr)) {
        target[0] = *cb;
        target[1] = *cr;
    }
}

#[inline(always)]
pub(crate) fn deinterleave(source: &[u8], cb: &mut [u8], cr: &mut [u8]) {
    for (source, (cb, cr)) in source.chunks_exact(2).zip(cb.iter_mut().zip(cr)) {
        *cb = source[0];
        *cr = source[1];
    }
}
