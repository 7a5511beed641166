// Stores the components of P010: codes in the high ten bits of 16-bit words. Rows of both planes start at whole words.
// Needs: target_words: array<u32, _>, TARGET_LUMA, TARGET_CHROMA (first words), TARGET_LUMA_STRIDE,
// TARGET_CHROMA_STRIDE (words), TARGET_CHROMA_WIDTH (pairs), WIDTH.

fn store_luma(x: u32, y: u32, luma: vec4<u32>) {
  let words = (luma.xz | (luma.yw << vec2<u32>(16u))) << vec2<u32>(6u);
  let word = TARGET_LUMA + y * TARGET_LUMA_STRIDE + (x >> 1u);
  target_words[word] = words.x;
  if (WIDTH % 4u == 0u || x + 2u < WIDTH) {
    target_words[word + 1u] = words.y;
  }
}

// Four samples from a column that is a multiple of four.
fn store_chroma(column: u32, row: u32, cb: vec4<u32>, cr: vec4<u32>) {
  let pairs = (cb | (cr << vec4<u32>(16u))) << vec4<u32>(6u);
  let word = TARGET_CHROMA + row * TARGET_CHROMA_STRIDE + column;
  let whole = TARGET_CHROMA_WIDTH % 4u == 0u;
  target_words[word] = pairs.x;
  if (whole || column + 1u < TARGET_CHROMA_WIDTH) { target_words[word + 1u] = pairs.y; }
  if (whole || column + 2u < TARGET_CHROMA_WIDTH) { target_words[word + 2u] = pairs.z; }
  if (whole || column + 3u < TARGET_CHROMA_WIDTH) { target_words[word + 3u] = pairs.w; }
}
