// One invocation makes four pixels of a row.
// Needs: final_quad, store_quad; WIDTH, HEIGHT.

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 4u;
  if (x >= WIDTH || id.y >= HEIGHT) {
    return;
  }
  store_quad(x, id.y, final_quad(x, id.y));
}
