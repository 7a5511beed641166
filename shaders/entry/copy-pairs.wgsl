// Moves pixels of two words unchanged: half floats keep what lies outside 0 to 1.
// Needs: load_pair, store_pair; WIDTH, HEIGHT.

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= WIDTH || id.y >= HEIGHT) {
    return;
  }
  store_pair(id.x, id.y, load_pair(id.x, id.y));
}
