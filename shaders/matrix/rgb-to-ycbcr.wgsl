// 8-bit RGBA to 8-bit YCbCr: luma of every pixel, and chroma of the weighted sum of the pixels it covers, rounded once.
// Needs: final_quad, final_pixel, edged_quad, form.wgsl; TO_LUMA on (R, G, B), TO_CB and TO_CR on their weighted sums:
// Form; WEIGHTS_ACROSS: vec3<u32>, of the column before a chroma sample's, its own and the next.

// Four neighbours, and one.
alias Pixels = vec4<u32>;
alias Pixel = u32;

fn pixels_at(x: u32, y: u32) -> Pixels {
  return edged_quad(x, y);
}

fn pixel_at(x: u32, y: u32) -> Pixel {
  return final_pixel(x, y);
}

fn chosen(pixels: Pixels, others: Pixels, is_first: bool) -> Pixels {
  return select(others, pixels, is_first);
}

fn luma_of(pixels: Pixels, x: u32, y: u32) -> vec4<u32> {
  let red = pixels & vec4<u32>(0xffu);
  let green = (pixels >> vec4<u32>(8u)) & vec4<u32>(0xffu);
  let blue = (pixels >> vec4<u32>(16u)) & vec4<u32>(0xffu);
  return evaluate(TO_LUMA, red, green, blue);
}

// Of four chroma samples. R and B share a word, 16 bits each: weights add up to 16 at most.
struct Sums { red_blue: vec4<u32>, green: vec4<u32> }

fn row_sums(before: u32, first: vec4<u32>, second: vec4<u32>) -> vec4<u32> {
  let next = vec4<u32>(first.yw, second.yw);
  var sums = WEIGHTS_ACROSS.y * vec4<u32>(first.xz, second.xz) + WEIGHTS_ACROSS.z * next;
  if (WEIGHTS_ACROSS.x != 0u) {
    sums += WEIGHTS_ACROSS.x * vec4<u32>(before, next.xyz);
  }
  return sums;
}

// Adds a row's share of eight pixels and the one before them.
fn add_sums(sums: Sums, weight: u32, before: Pixel, first: Pixels, second: Pixels) -> Sums {
  let red_blue = vec4<u32>(0xff00ffu);
  let eight = vec4<u32>(8u);
  let green = vec4<u32>(0xffu);
  return Sums(
    sums.red_blue + weight * row_sums(before & 0xff00ffu, first & red_blue, second & red_blue),
    sums.green + weight * row_sums((before >> 8u) & 0xffu, (first >> eight) & green, (second >> eight) & green),
  );
}

struct Chroma { cb: vec4<u32>, cr: vec4<u32> }

// Of four samples from a column of a row of the chroma planes.
fn chroma_of(sums: Sums, column: u32, row: u32) -> Chroma {
  let red = sums.red_blue & vec4<u32>(0xffffu);
  let blue = sums.red_blue >> vec4<u32>(16u);
  return Chroma(
    min(evaluate(TO_CB, red, sums.green, blue), vec4<u32>(255u)),
    min(evaluate(TO_CR, red, sums.green, blue), vec4<u32>(255u)),
  );
}

// Sums of one pixel each, for 4:4:4.
fn own_sums(pixels: Pixels) -> Sums {
  return Sums(pixels & vec4<u32>(0xff00ffu), (pixels >> vec4<u32>(8u)) & vec4<u32>(0xffu));
}
