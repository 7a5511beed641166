// Loads the components of P010: codes in the high ten bits of 16-bit words; rows are whole pairs of words.
// Needs: source: array<u32, _>, SOURCE_LUMA, SOURCE_CHROMA (first words), SOURCE_LUMA_STRIDE,
// SOURCE_CHROMA_STRIDE (words).

fn load_luma(x: u32, y: u32) -> vec4<u32> {
  let at = SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 1u);
  let words = vec2<u32>(source[at], source[at + 1u]);
  return vec4<u32>(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u) >> vec4<u32>(6u);
}

fn load_luma_one(x: u32, y: u32) -> u32 {
  let word = source[SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 1u)];
  return (word >> ((x & 1u) * 16u + 6u)) & 0x3ffu;
}

// Cb | Cr << 16 of a column.
fn load_chroma(column: u32, row: u32) -> u32 {
  return (source[SOURCE_CHROMA + row * SOURCE_CHROMA_STRIDE + column] >> 6u) & 0x3ff03ffu;
}

fn load_chroma_pair(column: u32, row: u32) -> vec2<u32> {
  return vec2<u32>(load_chroma(column, row), load_chroma(column + 1u, row));
}
