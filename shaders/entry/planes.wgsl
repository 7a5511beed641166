// Components apart: one invocation makes eight luma samples of a row (4:2:2) or two (4:2:0), and four of chroma.
// Needs: luma_samples, chroma_samples, a YCbCr storer; WIDTH, HEIGHT, BLOCK_ROWS.

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 8u;
  if (x >= WIDTH || id.y * BLOCK_ROWS >= HEIGHT) {
    return;
  }
  for (var line = 0u; line < BLOCK_ROWS; line++) {
    let y = id.y * BLOCK_ROWS + line;
    for (var column = x; column < min(x + 8u, WIDTH); column += 4u) {
      if (y < HEIGHT) {
        store_luma(column, y, luma_samples(column, y));
      }
    }
  }
  let chroma = chroma_samples(x >> 1u, id.y);
  store_chroma(x >> 1u, id.y, chroma.cb, chroma.cr);
}
