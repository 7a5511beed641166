use crate::error::KernelError;

/// Three affine rows in wrapping 32-bit integers: `clamp((x·X + y·Y + z·Z + k + half) >> shift)`, half being
/// `2^(shift-1)`, or `(2B + 1) << (shift - 7)` with ordered dither. Where pixels of 16 bits are stored, factors have 8
/// bits more: with `p = 256·h + l` the products are `x·hX + y·hY + z·hZ + ((x·lX + y·lY + z·lZ) >> 8)`.
///
/// What is loaded at 16 bits has 16 fraction bits more, apart: `low = u·X + v·Y + w·Z + f`, and `low >> 16` is added to
/// the sum. For half floats `2^28` is white, and `low & 65535` only tells whether the sum lies above a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedForm {
    shift: u32,
    rows: [[i32; 4]; 3],
    fractions: Option<[[u16; 4]; 3]>,
}

impl FixedForm {
    /// `coefficients` are `[x, y, z, k]` for each row.
    ///
    /// # Errors
    /// [`KernelError::Operation`] for a shift outside 7..=30.
    pub fn new(shift: u32, coefficients: [i32; 12]) -> Result<Self, KernelError> {
        if !(7..=30).contains(&shift) {
            let message = format!("Expected a shift of 7 to 30 for a form but received {shift}");
            return Err(KernelError::Operation { message });
        }
        let row = |first: usize| std::array::from_fn(|i| coefficients[first + i]);
        Ok(Self { shift, rows: [row(0), row(4), row(8)], fractions: None })
    }

    /// The same form with 65,536ths, in the same order, to be added to its coefficients.
    #[must_use]
    pub fn with_fractions(mut self, fractions: [u16; 12]) -> Self {
        let row = |first: usize| std::array::from_fn(|i| fractions[first + i]);
        self.fractions = Some([row(0), row(4), row(8)]);
        self
    }

    pub(crate) fn has_fractions(&self) -> bool {
        self.fractions.is_some()
    }

    /// Coefficients and fractions of each row.
    pub(crate) fn fine_rows(&self) -> [([i32; 4], [u32; 4]); 3] {
        let fractions = self.fractions.unwrap_or_default();
        std::array::from_fn(|row| (self.rows[row], fractions[row].map(u32::from)))
    }

    pub(crate) fn shift(&self) -> u32 {
        self.shift
    }

    pub(crate) fn rows(&self) -> &[[i32; 4]; 3] {
        &self.rows
    }

    /// What is added before the shift without dither.
    pub(crate) fn half(&self) -> i32 {
        1 << (self.shift - 1)
    }

    /// What is added before the shift where ordered dither has `bayer`.
    pub(crate) fn dithered_half(&self, bayer: u8) -> i32 {
        (2 * i32::from(bayer) + 1) << (self.shift - 7)
    }

    /// The same form of pixels in the order B, G, R.
    pub(crate) fn blue_first(mut self) -> Self {
        for row in &mut self.rows {
            row.swap(0, 2);
        }
        self
    }
}
