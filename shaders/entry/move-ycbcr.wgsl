// Moves 4:2:0 components of one format into another's places, unchanged: eight pixels of two rows an invocation.
// Needs: a YCbCr loader and storer; WIDTH, HEIGHT, SOURCE_CHROMA_WIDTH.

fn move_luma(x: u32, y: u32) {
  store_luma_word(x, y, load_luma_word(x, y));
  if (WIDTH % 8u == 0u || x + 4u < WIDTH) {
    store_luma_word(x + 4u, y, load_luma_word(x + 4u, y));
  }
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 8u;
  let y = id.y * 2u;
  if (x >= WIDTH || y >= HEIGHT) {
    return;
  }
  move_luma(x, y);
  if (HEIGHT % 2u == 0u || y + 1u < HEIGHT) {
    move_luma(x, y + 1u);
  }
  let column = x >> 1u;
  let row = y >> 1u;
  let first = load_chroma_pair(column, row);
  var second = vec2<u32>(0u);
  if (SOURCE_CHROMA_WIDTH % 4u == 0u || column + 2u < SOURCE_CHROMA_WIDTH) {
    second = load_chroma_pair(column + 2u, row);
  }
  let chroma = vec4<u32>(first, second);
  store_chroma(column, row, chroma & vec4<u32>(0xffffu), chroma >> vec4<u32>(16u));
}
