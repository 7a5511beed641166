// One invocation makes eight pixels of two rows with the four chroma samples between them: whole words in
// every plane of every 4:2:0 format.
// Needs: final_quad, final_pixel, rgb-to-ycbcr.wgsl, a YCbCr storer; WIDTH, HEIGHT.

// Four pixels from column x, a multiple of four that may lie outside; columns outside repeat the last one.
fn edged_quad(x: u32, y: u32) -> vec4<u32> {
  if (WIDTH % 8u == 0u) {
    return final_quad(x, y);
  }
  let last = WIDTH - 1u;
  let start = min(x, last & 0xfffffffcu);
  let quad = final_quad(start, y);
  let lanes = min(vec4<u32>(x) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(last)) - vec4<u32>(start);
  return vec4<u32>(quad[lanes.x], quad[lanes.y], quad[lanes.z], quad[lanes.w]);
}

fn store_luma_row(x: u32, y: u32, left: vec4<u32>, right: vec4<u32>) {
  store_luma_word(x, y, luma_word(left));
  if (WIDTH % 8u == 0u || x + 4u < WIDTH) {
    store_luma_word(x + 4u, y, luma_word(right));
  }
}

fn row_sums(x: u32, y: u32, left: vec4<u32>, right: vec4<u32>) -> Sums {
  var before = 0u;
  if (WEIGHTS_ACROSS.x != 0u) {
    before = final_pixel(max(x, 1u) - 1u, y);
  }
  return sums_across(before, left, right);
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 8u;
  let y = id.y * 2u;
  if (x >= WIDTH || y >= HEIGHT) {
    return;
  }
  let top_left = edged_quad(x, y);
  let top_right = edged_quad(x + 4u, y);
  store_luma_row(x, y, top_left, top_right);
  let top = row_sums(x, y, top_left, top_right);
  var red_blue = WEIGHTS_DOWN.y * top.red_blue;
  var green = WEIGHTS_DOWN.y * top.green;

  // The row below an odd picture's last is that row again.
  var bottom = top;
  if (HEIGHT % 2u == 0u || y + 1u < HEIGHT) {
    let bottom_left = edged_quad(x, y + 1u);
    let bottom_right = edged_quad(x + 4u, y + 1u);
    store_luma_row(x, y + 1u, bottom_left, bottom_right);
    bottom = row_sums(x, y + 1u, bottom_left, bottom_right);
  }
  red_blue += WEIGHTS_DOWN.z * bottom.red_blue;
  green += WEIGHTS_DOWN.z * bottom.green;

  if (WEIGHTS_DOWN.x != 0u) {
    var above = top;
    if (y > 0u) {
      above = row_sums(x, y - 1u, edged_quad(x, y - 1u), edged_quad(x + 4u, y - 1u));
    }
    red_blue += WEIGHTS_DOWN.x * above.red_blue;
    green += WEIGHTS_DOWN.x * above.green;
  }
  let sums = Sums(red_blue, green);
  store_chroma(x >> 1u, y >> 1u, chroma_of(TO_CB, sums), chroma_of(TO_CR, sums));
}
