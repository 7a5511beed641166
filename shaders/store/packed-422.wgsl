// Stores the components of YUY2 and UYVY: two pixels a word. Luma waits in the invocation for its chroma. An odd row
// ends with its last luma twice.
// Needs: target_words: array<u32, _>, TARGET_LUMA (first word), TARGET_LUMA_STRIDE (words), TARGET_LUMA_SHIFT,
// TARGET_CHROMA_SHIFT (bits to the first Y and to Cb), WIDTH.

var<private> first_luma: vec4<u32>;
var<private> second_luma: vec4<u32>;

// Of four pixels from column x; those of an invocation begin at a multiple of eight.
fn store_luma(x: u32, y: u32, luma: vec4<u32>) {
  var own = luma;
  if (x + 1u == WIDTH) { own.y = own.x; }
  if (x + 3u == WIDTH) { own.w = own.z; }
  if ((x & 4u) == 0u) {
    first_luma = own;
  } else {
    second_luma = own;
  }
}

// Four samples from a column that is a multiple of four, after the luma of their eight pixels.
fn store_chroma(column: u32, row: u32, cb: vec4<u32>, cr: vec4<u32>) {
  let first = vec4<u32>(first_luma.xz, second_luma.xz);
  let second = vec4<u32>(first_luma.yw, second_luma.yw);
  let words = ((first | (second << vec4<u32>(16u))) << vec4<u32>(TARGET_LUMA_SHIFT))
    | ((cb | (cr << vec4<u32>(16u))) << vec4<u32>(TARGET_CHROMA_SHIFT));
  let word = TARGET_LUMA + row * TARGET_LUMA_STRIDE + column;
  let x = column * 2u;
  let whole = WIDTH % 8u == 0u;
  target_words[word] = words.x;
  if (whole || x + 2u < WIDTH) { target_words[word + 1u] = words.y; }
  if (whole || x + 4u < WIDTH) { target_words[word + 2u] = words.z; }
  if (whole || x + 6u < WIDTH) { target_words[word + 3u] = words.w; }
}
