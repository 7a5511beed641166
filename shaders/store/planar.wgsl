// Stores the components of I420, I422 and I444. Rows of all planes start at whole words.
// Needs: target_words: array<u32, _>, TARGET_LUMA, TARGET_CB, TARGET_CR (first words), TARGET_LUMA_STRIDE,
// TARGET_CB_STRIDE, TARGET_CR_STRIDE (words); packed.

fn store_luma_word(x: u32, y: u32, luma: u32) {
  target_words[TARGET_LUMA + y * TARGET_LUMA_STRIDE + (x >> 2u)] = luma;
}

fn store_luma(x: u32, y: u32, luma: vec4<u32>) {
  store_luma_word(x, y, packed(luma));
}

// Four samples from a column that is a multiple of four.
fn store_chroma(column: u32, row: u32, cb: vec4<u32>, cr: vec4<u32>) {
  target_words[TARGET_CB + row * TARGET_CB_STRIDE + (column >> 2u)] = packed(cb);
  target_words[TARGET_CR + row * TARGET_CR_STRIDE + (column >> 2u)] = packed(cr);
}
