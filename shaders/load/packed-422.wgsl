// Loads the components of YUY2 and UYVY: two pixels a word; rows are whole pairs of words.
// Needs: source: array<u32, _>, SOURCE_LUMA (first word), SOURCE_LUMA_STRIDE (words), SOURCE_LUMA_SHIFT,
// SOURCE_CHROMA_SHIFT (bits to the first Y and to Cb).

fn load_luma(x: u32, y: u32) -> vec4<u32> {
  let at = SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 1u);
  let words = vec2<u32>(source[at], source[at + 1u]) >> vec2<u32>(SOURCE_LUMA_SHIFT);
  return (words.xxyy >> vec4<u32>(0u, 16u, 0u, 16u)) & vec4<u32>(0xffu);
}

fn load_luma_one(x: u32, y: u32) -> u32 {
  let word = source[SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 1u)];
  return (word >> ((x & 1u) * 16u + SOURCE_LUMA_SHIFT)) & 0xffu;
}

// Cb | Cr << 16 of a column.
fn load_chroma(column: u32, row: u32) -> u32 {
  return (source[SOURCE_LUMA + row * SOURCE_LUMA_STRIDE + column] >> SOURCE_CHROMA_SHIFT) & 0xff00ffu;
}

fn load_chroma_pair(column: u32, row: u32) -> vec2<u32> {
  return vec2<u32>(load_chroma(column, row), load_chroma(column + 1u, row));
}
