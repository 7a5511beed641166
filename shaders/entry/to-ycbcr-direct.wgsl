// What to-ycbcr.wgsl does, without loops: for pixels that cost so little that copies of their code are cheaper than
// the loops around them.
// Needs: what to-ycbcr.wgsl needs.

// Adds a row's share of the block from column x, and stores the row's luma if it is the block's own.
fn add_row(sums: Sums, x: u32, row: u32, weight: u32, is_own: bool) -> Sums {
  var before = Pixel();
  if (WEIGHTS_ACROSS.x != 0u) {
    before = pixel_at(max(x, 1u) - 1u, row);
  }
  let first = pixels_at(x, row);
  let second = pixels_at(x + 4u, row);
  if (is_own) {
    store_luma(x, row, luma_of(first, x, row));
    if (WIDTH % 8u == 0u || x + 4u < WIDTH) {
      store_luma(x + 4u, row, luma_of(second, x + 4u, row));
    }
  }
  return add_sums(sums, weight, before, first, second);
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 8u;
  let y = id.y * BLOCK_ROWS;
  if (x >= WIDTH || y >= HEIGHT) {
    return;
  }
  var sums = add_row(Sums(), x, y, WEIGHTS_DOWN.y, true);
  if (WEIGHTS_DOWN.x != 0u) {
    sums = add_row(sums, x, max(y, 1u) - 1u, WEIGHTS_DOWN.x, false);
  }
  if (BLOCK_ROWS == 2u) {
    sums = add_row(sums, x, min(y + 1u, HEIGHT - 1u), WEIGHTS_DOWN.z, HEIGHT % 2u == 0u || y + 1u < HEIGHT);
  }
  let chroma = chroma_of(sums, x >> 1u, id.y);
  store_chroma(x >> 1u, id.y, chroma.cb, chroma.cr);
}
