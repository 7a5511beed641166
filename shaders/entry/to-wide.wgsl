// One invocation makes one pixel.
// Needs: final_wide, store_wide; WIDTH, HEIGHT.

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= WIDTH || id.y >= HEIGHT) {
    return;
  }
  store_wide(id.x, id.y, final_wide(id.x, id.y));
}
