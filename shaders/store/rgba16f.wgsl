// Stores pixels of 16 bits as half floats, to the nearest (no pixel lies between two), or half floats as they are. Rows
// start at whole words.
// Needs: target_words: array<u32, _>, TARGET_FIRST, TARGET_STRIDE (words), PIXELS_ARE_HALFS.

fn store_pair(x: u32, y: u32, pair: vec2<u32>) {
  let word = TARGET_FIRST + y * TARGET_STRIDE + 2u * x;
  target_words[word] = pair.x;
  target_words[word + 1u] = pair.y;
}

// v / 65,535 lies in the binade of 2^(b - 16), b being v's highest bit; below v = 4 halfs are multiples of 2^-24.
fn halfs_of_units(units: vec4<u32>) -> vec4<u32> {
  let bit = firstLeadingBit(max(units, vec4<u32>(4u)));
  let scaled = (units << (vec4<u32>(26u) - bit)) + vec4<u32>(32767u + 1u);
  let mantissa = (scaled + (scaled >> vec4<u32>(16u))) >> vec4<u32>(16u);
  // The mantissa's leading one counts the exponent up; 1.0 is 2^11 in the binade below it.
  let halfs = ((bit - vec4<u32>(2u)) << vec4<u32>(10u)) + mantissa;
  return select(halfs, units << vec4<u32>(8u), units < vec4<u32>(4u));
}

fn store_wide(x: u32, y: u32, pixel: vec4<u32>) {
  var halfs = pixel;
  if (!PIXELS_ARE_HALFS) {
    halfs = halfs_of_units(pixel);
  }
  store_pair(x, y, halfs.xz | (halfs.yw << vec2<u32>(16u)));
}
