// Components apart: one invocation makes four samples of each (4:4:4).
// Needs: luma_samples, chroma_samples, a YCbCr storer; WIDTH, HEIGHT.

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 4u;
  if (x >= WIDTH || id.y >= HEIGHT) {
    return;
  }
  store_luma(x, id.y, luma_samples(x, id.y));
  let chroma = chroma_samples(x, id.y);
  store_chroma(x, id.y, chroma.cb, chroma.cr);
}
