// One invocation makes four pixels of a row with chroma of their own (4:4:4).
// Needs: rgb-to-ycbcr.wgsl or rgb-to-ycbcr-fixed.wgsl, a YCbCr storer; WIDTH, HEIGHT.

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 4u;
  if (x >= WIDTH || id.y >= HEIGHT) {
    return;
  }
  let pixels = pixels_at(x, id.y);
  store_luma(x, id.y, luma_of(pixels, x, id.y));
  let chroma = chroma_of(own_sums(pixels), x, id.y);
  store_chroma(x, id.y, chroma.cb, chroma.cr);
}
