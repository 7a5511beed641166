// Loads RGBA. Rows start at multiples of four pixels.
// Needs: source: array<vec4<u32>, _>, SOURCE_STRIDE (quads).

fn load_quad(x: u32, y: u32) -> vec4<u32> {
  return source[y * SOURCE_STRIDE + (x >> 2u)];
}

fn load_pixel(x: u32, y: u32) -> u32 {
  return source[y * SOURCE_STRIDE + (x >> 2u)][x & 3u];
}
