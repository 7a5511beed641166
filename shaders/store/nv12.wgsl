// Stores the components of NV12. Rows of both planes start at whole words.
// Needs: target_words: array<u32, _>, TARGET_LUMA, TARGET_CHROMA (first words), TARGET_LUMA_STRIDE,
// TARGET_CHROMA_STRIDE (words), TARGET_CHROMA_WIDTH (pairs); packed.

fn store_luma_word(x: u32, y: u32, luma: u32) {
  target_words[TARGET_LUMA + y * TARGET_LUMA_STRIDE + (x >> 2u)] = luma;
}

fn store_luma(x: u32, y: u32, luma: vec4<u32>) {
  store_luma_word(x, y, packed(luma));
}

// Four samples from a column that is a multiple of four.
fn store_chroma(column: u32, row: u32, cb: vec4<u32>, cr: vec4<u32>) {
  let pairs = cb | (cr << vec4<u32>(8u));
  let word = TARGET_CHROMA + row * TARGET_CHROMA_STRIDE + (column >> 1u);
  target_words[word] = pairs.x | (pairs.y << 16u);
  if (TARGET_CHROMA_WIDTH % 4u == 0u || column + 2u < TARGET_CHROMA_WIDTH) {
    target_words[word + 1u] = pairs.z | (pairs.w << 16u);
  }
}
