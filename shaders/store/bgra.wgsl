// Stores RGBA as BGRA. Rows start at whole words.
// Needs: target_words: array<u32, _>, TARGET_FIRST, TARGET_STRIDE (words), WIDTH.

fn store_quad(x: u32, y: u32, pixels: vec4<u32>) {
  let swapped = ((pixels >> vec4<u32>(16u)) & vec4<u32>(0xffu)) | ((pixels & vec4<u32>(0xffu)) << vec4<u32>(16u));
  let bgra = (pixels & vec4<u32>(0xff00ff00u)) | swapped;
  let word = TARGET_FIRST + y * TARGET_STRIDE + x;
  let whole = WIDTH % 4u == 0u;
  target_words[word] = bgra.x;
  if (whole || x + 1u < WIDTH) { target_words[word + 1u] = bgra.y; }
  if (whole || x + 2u < WIDTH) { target_words[word + 2u] = bgra.z; }
  if (whole || x + 3u < WIDTH) { target_words[word + 3u] = bgra.w; }
}
