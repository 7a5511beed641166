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

// Sums for four chroma samples. R and B share a word, 16 bits each: weights add up to 16 at most.
struct Sums { red_blue: vec4<u32>, green: vec4<u32> }

// Weighted sums along a row of eight pixels and the one before them.
fn sums_across(before: u32, left: vec4<u32>, right: vec4<u32>) -> Sums {
  let even = vec4<u32>(left.xz, right.xz);
  let odd = vec4<u32>(left.yw, right.yw);
  let red_blue = vec4<u32>(0xff00ffu);
  let green = vec4<u32>(0xffu);
  var sums = Sums(
    WEIGHTS_ACROSS.y * (even & red_blue) + WEIGHTS_ACROSS.z * (odd & red_blue),
    WEIGHTS_ACROSS.y * ((even >> vec4<u32>(8u)) & green) + WEIGHTS_ACROSS.z * ((odd >> vec4<u32>(8u)) & green),
  );
  if (WEIGHTS_ACROSS.x != 0u) {
    let previous = vec4<u32>(before, odd.xyz);
    sums.red_blue += WEIGHTS_ACROSS.x * (previous & red_blue);
    sums.green += WEIGHTS_ACROSS.x * ((previous >> vec4<u32>(8u)) & green);
  }
  return sums;
}

fn chroma_of(form: Form, sums: Sums) -> vec4<u32> {
  let value = evaluate(form, sums.red_blue & vec4<u32>(0xffffu), sums.green, sums.red_blue >> vec4<u32>(16u));
  return min(value, vec4<u32>(255u));
}
