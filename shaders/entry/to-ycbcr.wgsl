// One invocation makes eight pixels of two rows with the four chroma samples between them: whole words in
// every plane of every 4:2:0 format. Loops, not copies: the pixel's whole chain is inlined wherever it is
// called, and compilers' time grows with that.
// Needs: final_quad, final_pixel, rgb-to-ycbcr.wgsl, a YCbCr storer; WIDTH, HEIGHT.

const LAST_COLUMN = WIDTH - 1u;
const LAST_QUAD = LAST_COLUMN & 0xfffffffcu;

// Four pixels from column x, a multiple of four that may lie outside; columns outside repeat the last one.
fn edged_quad(x: u32, y: u32) -> vec4<u32> {
  var quad = final_quad(min(x, LAST_QUAD), y);
  if (WIDTH % 4u != 0u && x >= LAST_QUAD) {
    if (LAST_COLUMN % 4u < 1u) { quad.y = quad.x; }
    if (LAST_COLUMN % 4u < 2u) { quad.z = quad.y; }
    if (LAST_COLUMN % 4u < 3u) { quad.w = quad.z; }
  }
  if (WIDTH % 8u != 0u && x > LAST_COLUMN) {
    quad = quad.wwww;
  }
  return quad;
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 8u;
  let y = id.y * 2u;
  if (x >= WIDTH || y >= HEIGHT) {
    return;
  }
  var red_blue = vec4<u32>(0u);
  var green = vec4<u32>(0u);
  // Rows y - 1, y and y + 1, as far as they count; rows outside the picture repeat its first and last.
  for (var line = select(1u, 0u, WEIGHTS_DOWN.x != 0u); line < 3u; line++) {
    let row = min(max(y + line, 1u) - 1u, HEIGHT - 1u);
    let weight = select(select(WEIGHTS_DOWN.z, WEIGHTS_DOWN.y, line == 1u), WEIGHTS_DOWN.x, line == 0u);
    let is_own = line != 0u && y + line <= HEIGHT;
    var before = 0u;
    if (WEIGHTS_ACROSS.x != 0u) {
      before = final_pixel(max(x, 1u) - 1u, row);
    }
    for (var half = 0u; half < 2u; half++) {
      let column = x + half * 4u;
      let quad = edged_quad(column, row);
      if (is_own && (WIDTH % 8u == 0u || column < WIDTH)) {
        store_luma_word(column, row, luma_word(quad));
      }
      let sums = sums_across(before, quad);
      before = quad.w;
      let is_left = vec4<bool>(half == 0u);
      let zero = vec2<u32>(0u);
      red_blue += weight * select(vec4<u32>(zero, sums.red_blue), vec4<u32>(sums.red_blue, zero), is_left);
      green += weight * select(vec4<u32>(zero, sums.green), vec4<u32>(sums.green, zero), is_left);
    }
  }
  store_chroma(x >> 1u, y >> 1u, chroma_of(TO_CB, red_blue, green), chroma_of(TO_CR, red_blue, green));
}
