//! A row cut into the blocks of a vector kernel.

/// Where blocks of `block` columns begin in a row of `length`: side by side, and a last one that ends with the row (or
/// one column before, so that it begins on an even one) and does some columns again. Nothing when the row is shorter
/// than a block.
#[inline(always)]
pub(crate) fn starts(length: usize, block: usize) -> impl Iterator<Item = usize> {
    let whole = length / block * block;
    let done = end(length, block);
    (0..whole).step_by(block).chain((done > whole).then(|| done - block))
}

/// The column after the last block; even when `block` is.
#[inline(always)]
pub(crate) fn end(length: usize, block: usize) -> usize {
    if length < block { 0 } else { length & !1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_the_row_up_to_an_even_column() {
        for length in 0..300 {
            let starts: Vec<_> = starts(length, 32).collect();
            if length < 32 {
                assert_eq!((starts.len(), end(length, 32)), (0, 0));
                continue;
            }
            assert_eq!(end(length, 32), length - length % 2);
            assert_eq!(starts.last(), Some(&(end(length, 32) - 32)));
            assert!(starts.iter().all(|start| start % 2 == 0));
            assert_eq!(starts[0], 0);
            assert!(starts.windows(2).all(|pair| pair[0] < pair[1] && pair[1] <= pair[0] + 32));
        }
    }
}
