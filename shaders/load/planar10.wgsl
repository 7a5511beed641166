// Loads the components of I420P10: codes in the low ten bits of 16-bit words, larger words as 1023; rows are whole
// pairs of words.
// Needs: source: array<u32, _>, SOURCE_LUMA, SOURCE_CB, SOURCE_CR (first words), SOURCE_LUMA_STRIDE,
// SOURCE_CB_STRIDE, SOURCE_CR_STRIDE (words).

fn load_luma(x: u32, y: u32) -> vec4<u32> {
  let at = SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 1u);
  let words = vec2<u32>(source[at], source[at + 1u]);
  return min(vec4<u32>(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u), vec4<u32>(1023u));
}

fn load_luma_one(x: u32, y: u32) -> u32 {
  let word = source[SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 1u)];
  return min((word >> ((x & 1u) * 16u)) & 0xffffu, 1023u);
}

// Cb | Cr << 16 of a column.
fn load_chroma(column: u32, row: u32) -> u32 {
  let shift = (column & 1u) * 16u;
  let cb = (source[SOURCE_CB + row * SOURCE_CB_STRIDE + (column >> 1u)] >> shift) & 0xffffu;
  let cr = (source[SOURCE_CR + row * SOURCE_CR_STRIDE + (column >> 1u)] >> shift) & 0xffffu;
  return min(cb, 1023u) | (min(cr, 1023u) << 16u);
}

// Two neighbours, the first of an even column.
fn load_chroma_pair(column: u32, row: u32) -> vec2<u32> {
  let cb = source[SOURCE_CB + row * SOURCE_CB_STRIDE + (column >> 1u)];
  let cr = source[SOURCE_CR + row * SOURCE_CR_STRIDE + (column >> 1u)];
  return min(vec2<u32>(cb & 0xffffu, cb >> 16u), vec2<u32>(1023u))
    | (min(vec2<u32>(cr & 0xffffu, cr >> 16u), vec2<u32>(1023u)) << vec2<u32>(16u));
}
