// Stores the components of I420P10: codes in 16-bit words. Rows of all planes start at whole words.
// Needs: target_words: array<u32, _>, TARGET_LUMA, TARGET_CB, TARGET_CR (first words), TARGET_LUMA_STRIDE,
// TARGET_CB_STRIDE, TARGET_CR_STRIDE (words), TARGET_CHROMA_WIDTH (samples), WIDTH.

fn store_luma(x: u32, y: u32, luma: vec4<u32>) {
  let words = luma.xz | (luma.yw << vec2<u32>(16u));
  let word = TARGET_LUMA + y * TARGET_LUMA_STRIDE + (x >> 1u);
  target_words[word] = words.x;
  if (WIDTH % 4u == 0u || x + 2u < WIDTH) {
    target_words[word + 1u] = words.y;
  }
}

// Four samples from a column that is a multiple of four.
fn store_chroma(column: u32, row: u32, cb: vec4<u32>, cr: vec4<u32>) {
  let words = vec4<u32>(cb.xz, cr.xz) | (vec4<u32>(cb.yw, cr.yw) << vec4<u32>(16u));
  let cb_word = TARGET_CB + row * TARGET_CB_STRIDE + (column >> 1u);
  let cr_word = TARGET_CR + row * TARGET_CR_STRIDE + (column >> 1u);
  target_words[cb_word] = words.x;
  target_words[cr_word] = words.z;
  if (TARGET_CHROMA_WIDTH % 4u == 0u || column + 2u < TARGET_CHROMA_WIDTH) {
    target_words[cb_word + 1u] = words.y;
    target_words[cr_word + 1u] = words.w;
  }
}
