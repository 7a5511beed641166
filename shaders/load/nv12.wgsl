// Loads the components of NV12: a luma plane and a plane of CbCr pairs, both with rows of whole words.
// Needs: source: array<u32, _>, SOURCE_LUMA, SOURCE_CHROMA (first words), SOURCE_LUMA_STRIDE,
// SOURCE_CHROMA_STRIDE (words).

fn load_luma_word(x: u32, y: u32) -> u32 {
  return source[SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 2u)];
}

fn load_luma(x: u32, y: u32) -> vec4<u32> {
  return (vec4<u32>(load_luma_word(x, y)) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(0xffu);
}

fn load_luma_one(x: u32, y: u32) -> u32 {
  return (load_luma_word(x, y) >> ((x & 3u) * 8u)) & 0xffu;
}

// Cb and Cr of a column in the low halves' bytes: Cb | Cr << 16.
fn load_chroma(column: u32, row: u32) -> u32 {
  let word = source[SOURCE_CHROMA + row * SOURCE_CHROMA_STRIDE + (column >> 1u)];
  let pair = word >> ((column & 1u) * 16u);
  return (pair & 0xffu) | ((pair & 0xff00u) << 8u);
}

// Two neighbours, the first of an even column, as Cb | Cr << 16 each.
fn load_chroma_pair(column: u32, row: u32) -> vec2<u32> {
  let word = source[SOURCE_CHROMA + row * SOURCE_CHROMA_STRIDE + (column >> 1u)];
  return vec2<u32>(
    (word & 0xffu) | ((word & 0xff00u) << 8u),
    ((word >> 16u) & 0xffu) | ((word >> 8u) & 0xff0000u),
  );
}
