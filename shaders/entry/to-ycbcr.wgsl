// One invocation makes eight pixels of a row (4:2:2) or two (4:2:0) with the four chroma samples between them: whole
// words in every plane of every format. Loops, not copies: the pixel's whole chain is inlined wherever it is
// called, and compilers' time grows with that.
// Needs: rgb-to-ycbcr.wgsl or rgb-to-ycbcr-fixed.wgsl, a YCbCr storer; WIDTH, HEIGHT, BLOCK_ROWS;
// WEIGHTS_DOWN: vec3<u32>, of the row before a chroma sample's, its own and the next: (0, 1, 0), (0, 1, 1) or (1, 2, 1).

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 8u;
  let y = id.y * BLOCK_ROWS;
  if (x >= WIDTH || y >= HEIGHT) {
    return;
  }
  var sums = Sums();
  // Rows y - 1, y and y + 1, as far as they count; rows outside the picture repeat its first and last.
  for (var line = select(1u, 0u, WEIGHTS_DOWN.x != 0u); line <= BLOCK_ROWS; line++) {
    let row = min(max(y + line, 1u) - 1u, HEIGHT - 1u);
    var weight = 1u;
    if (WEIGHTS_DOWN.x != 0u) {
      weight = select(WEIGHTS_DOWN.x, WEIGHTS_DOWN.y, line == 1u);
    }
    let is_own = line != 0u && y + line <= HEIGHT;
    var before = Pixel();
    if (WEIGHTS_ACROSS.x != 0u) {
      before = pixel_at(max(x, 1u) - 1u, row);
    }
    var first = Pixels();
    var second = Pixels();
    for (var half = 0u; half < 2u; half++) {
      let column = x + half * 4u;
      let pixels = pixels_at(column, row);
      if (is_own && (WIDTH % 8u == 0u || column < WIDTH)) {
        store_luma(column, row, luma_of(pixels, column, row));
      }
      first = chosen(pixels, first, half == 0u);
      second = pixels;
    }
    sums = add_sums(sums, weight, before, first, second);
  }
  let chroma = chroma_of(sums, x >> 1u, id.y);
  store_chroma(x >> 1u, id.y, chroma.cb, chroma.cr);
}
