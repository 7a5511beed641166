// Loads components whose rows another pass resampled: a plane of signed luma sums, 16 bits each, and one of pairs.
// Needs: source: array<u32, _>, SOURCE_LUMA, SOURCE_CHROMA (first words), SOURCE_LUMA_STRIDE,
// SOURCE_CHROMA_STRIDE (words).

fn luma_across(x: u32, y: u32) -> i32 {
  let word = source[SOURCE_LUMA + y * SOURCE_LUMA_STRIDE + (x >> 1u)];
  return i32(word << (16u - (x & 1u) * 16u)) >> 16u;
}

fn chroma_across(x: u32, y: u32) -> vec2<i32> {
  let word = i32(source[SOURCE_CHROMA + y * SOURCE_CHROMA_STRIDE + x]);
  return vec2<i32>((word << 16u) >> 16u, word >> 16u);
}
