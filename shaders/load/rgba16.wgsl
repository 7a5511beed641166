// Loads pixels of 16 bits that another pass stored.
// Needs: source: array<vec2<u32>, _>, SOURCE_STRIDE (pixels).

fn load_wide(x: u32, y: u32) -> vec4<u32> {
  let pair = source[y * SOURCE_STRIDE + x];
  return vec4<u32>(pair.x & 0xffffu, pair.x >> 16u, pair.y & 0xffffu, pair.y >> 16u);
}
