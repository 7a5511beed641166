// Stores the components of I420. Rows of all planes start at whole words.
// Needs: target_words: array<u32, _>, TARGET_LUMA, TARGET_CB, TARGET_CR (first words), TARGET_LUMA_STRIDE,
// TARGET_CB_STRIDE, TARGET_CR_STRIDE (words).

fn store_luma_word(x: u32, y: u32, luma: u32) {
  target_words[TARGET_LUMA + y * TARGET_LUMA_STRIDE + (x >> 2u)] = luma;
}

fn i420_word(samples: vec4<u32>) -> u32 {
  return samples.x | (samples.y << 8u) | (samples.z << 16u) | (samples.w << 24u);
}

// Four samples from a column that is a multiple of four.
fn store_chroma(column: u32, row: u32, cb: vec4<u32>, cr: vec4<u32>) {
  target_words[TARGET_CB + row * TARGET_CB_STRIDE + (column >> 2u)] = i420_word(cb);
  target_words[TARGET_CR + row * TARGET_CR_STRIDE + (column >> 2u)] = i420_word(cr);
}
