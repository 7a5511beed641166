/// The 8×8 matrix of ordered dither (Bayer, 1973), 0 to 63: entry (column, row).
pub(crate) const BAYER_8: [[u8; 8]; 8] = {
    let mut matrix = [[0; 8]; 8];
    let mut index = 0;
    while index < 64 {
        let (x, y) = (index & 7, index >> 3);
        let mut bit = 0;
        while bit < 3 {
            let (column, row) = ((x >> bit) & 1, (y >> bit) & 1);
            matrix[y][x] |= ((((column ^ row) << 1) | row) << (2 * (2 - bit))) as u8;
            bit += 1;
        }
        index += 1;
    }
    matrix
};

/// The entries of a row of samples, for columns 0 to 7 and all that repeat them.
pub(crate) fn bayer_row(y: usize) -> &'static [u8; 8] {
    &BAYER_8[y & 7]
}

#[cfg(test)]
mod tests {
    use super::BAYER_8;

    #[test]
    fn the_matrix_is_bayers() {
        assert_eq!(BAYER_8[0], [0, 32, 8, 40, 2, 34, 10, 42]);
        let mut all: Vec<u8> = BAYER_8.into_iter().flatten().collect();
        all.sort_unstable();
        assert_eq!(all, (0..64).collect::<Vec<u8>>());
    }
}
