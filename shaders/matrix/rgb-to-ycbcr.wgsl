// RGBA to YCbCr 4:2:0: luma of every pixel, and chroma of the weighted sum of the pixels it covers, rounded once.
// Needs: form.wgsl; TO_LUMA on (R, G, B), TO_CB and TO_CR on their weighted sums: Form;
// WEIGHTS_ACROSS, WEIGHTS_DOWN: vec3<u32>, of the column (row) before a chroma sample's, its own and the next.

fn luma_word(pixels: vec4<u32>) -> u32 {
  let red = pixels & vec4<u32>(0xffu);
  let green = (pixels >> vec4<u32>(8u)) & vec4<u32>(0xffu);
  let blue = (pixels >> vec4<u32>(16u)) & vec4<u32>(0xffu);
  let luma = evaluate(TO_LUMA, red, green, blue);
  return luma.x | (luma.y << 8u) | (luma.z << 16u) | (luma.w << 24u);
}

// Sums for two chroma samples. R and B share a word, 16 bits each: weights add up to 16 at most.
struct Sums { red_blue: vec2<u32>, green: vec2<u32> }

// Weighted sums along a row of four pixels and the one before them.
fn sums_across(before: u32, quad: vec4<u32>) -> Sums {
  let red_blue = quad & vec4<u32>(0xff00ffu);
  let green = (quad >> vec4<u32>(8u)) & vec4<u32>(0xffu);
  var sums = Sums(
    WEIGHTS_ACROSS.y * red_blue.xz + WEIGHTS_ACROSS.z * red_blue.yw,
    WEIGHTS_ACROSS.y * green.xz + WEIGHTS_ACROSS.z * green.yw,
  );
  if (WEIGHTS_ACROSS.x != 0u) {
    sums.red_blue += WEIGHTS_ACROSS.x * vec2<u32>(before & 0xff00ffu, red_blue.y);
    sums.green += WEIGHTS_ACROSS.x * vec2<u32>((before >> 8u) & 0xffu, green.y);
  }
  return sums;
}

fn chroma_of(form: Form, red_blue: vec4<u32>, green: vec4<u32>) -> vec4<u32> {
  return min(evaluate(form, red_blue & vec4<u32>(0xffffu), green, red_blue >> vec4<u32>(16u)), vec4<u32>(255u));
}
