// Stores pixels of 16 bits as RGBA or BGRA. Rows start at whole words.
// Needs: target_words: array<u32, _>, TARGET_FIRST, TARGET_STRIDE (words), TARGET_RED, TARGET_BLUE (bits of their
// shifts); TARGET_DITHERED; bytes_of, bayer.

fn store_wide(x: u32, y: u32, pixel: vec4<u32>) {
  var rounding = vec3<u32>(128u);
  if (TARGET_DITHERED) {
    rounding = vec3<u32>(((2u * bayer(vec4<u32>(x), y).x + 1u) * 257u) >> 7u);
  }
  // Alpha is never dithered.
  let bytes = bytes_of(pixel + vec4<u32>(rounding, 128u));
  target_words[TARGET_FIRST + y * TARGET_STRIDE + x] =
    (bytes.x << TARGET_RED) | (bytes.y << 8u) | (bytes.z << TARGET_BLUE) | (bytes.w << 24u);
}
