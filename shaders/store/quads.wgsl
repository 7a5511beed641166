// Stores RGBA four pixels at a time, where rows start at multiples of four pixels.
// Needs: target_quads: array<vec4<u32>, _>, TARGET_FIRST, TARGET_STRIDE (quads).

fn store_quad(x: u32, y: u32, pixels: vec4<u32>) {
  target_quads[TARGET_FIRST + y * TARGET_STRIDE + (x >> 2u)] = pixels;
}
