// Stores four numbers a pixel in a word each, for another pass.
// Needs: target_quads: array<vec4<u32>, _>, TARGET_FIRST, TARGET_STRIDE (quads).

fn store_wide(x: u32, y: u32, pixel: vec4<u32>) {
  target_quads[TARGET_FIRST + y * TARGET_STRIDE + x] = pixel;
}
