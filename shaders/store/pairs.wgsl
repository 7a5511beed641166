// Stores four numbers of 16 bits a pixel, for another pass: pixels, or the low halves of signed sums.
// Needs: target_words: array<u32, _>, TARGET_FIRST, TARGET_STRIDE (words).

fn store_wide(x: u32, y: u32, pixel: vec4<u32>) {
  let word = TARGET_FIRST + y * TARGET_STRIDE + 2u * x;
  target_words[word] = (pixel.x & 0xffffu) | (pixel.y << 16u);
  target_words[word + 1u] = (pixel.z & 0xffffu) | (pixel.w << 16u);
}
