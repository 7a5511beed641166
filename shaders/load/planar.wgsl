// Loads the components of I420, I422 and I444: planes of Y, Cb and Cr, all with rows of whole words.
// Needs: source: array<u32, _>, SOURCE_LUMA, SOURCE_CB, SOURCE_CR (first words), SOURCE_LUMA_STRIDE,
// SOURCE_CB_STRIDE, SOURCE_CR_STRIDE (words).

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
  let shift = (column & 3u) * 8u;
  let cb = source[SOURCE_CB + row * SOURCE_CB_STRIDE + (column >> 2u)] >> shift;
  let cr = source[SOURCE_CR + row * SOURCE_CR_STRIDE + (column >> 2u)] >> shift;
  return (cb & 0xffu) | ((cr & 0xffu) << 16u);
}

// Two neighbours, the first of an even column, as Cb | Cr << 16 each.
fn load_chroma_pair(column: u32, row: u32) -> vec2<u32> {
  let shift = (column & 2u) * 8u;
  let cb = source[SOURCE_CB + row * SOURCE_CB_STRIDE + (column >> 2u)] >> shift;
  let cr = source[SOURCE_CR + row * SOURCE_CR_STRIDE + (column >> 2u)] >> shift;
  return vec2<u32>(
    (cb & 0xffu) | ((cr & 0xffu) << 16u),
    ((cb >> 8u) & 0xffu) | ((cr & 0xff00u) << 8u),
  );
}
