// Loads BGRA as RGBA. Rows start at multiples of four pixels.
// Needs: source: array<vec4<u32>, _>, SOURCE_STRIDE (quads).

fn load_quad(x: u32, y: u32) -> vec4<u32> {
  let bgra = source[y * SOURCE_STRIDE + (x >> 2u)];
  let swapped = ((bgra >> vec4<u32>(16u)) & vec4<u32>(0xffu)) | ((bgra & vec4<u32>(0xffu)) << vec4<u32>(16u));
  return (bgra & vec4<u32>(0xff00ff00u)) | swapped;
}

fn load_pixel(x: u32, y: u32) -> u32 {
  let bgra = source[y * SOURCE_STRIDE + (x >> 2u)][x & 3u];
  return (bgra & 0xff00ff00u) | ((bgra >> 16u) & 0xffu) | ((bgra & 0xffu) << 16u);
}
