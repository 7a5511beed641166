// Loads rows that another pass resampled from 8-bit pixels: signed sums of 16 bits.
// Needs: source: array<vec2<u32>, _>, SOURCE_STRIDE (pixels).

fn load_across(x: u32, y: u32) -> vec4<i32> {
  let pair = vec2<i32>(source[y * SOURCE_STRIDE + x]);
  let low = (pair << vec2<u32>(16u)) >> vec2<u32>(16u);
  let high = pair >> vec2<u32>(16u);
  return vec4<i32>(low.x, high.x, low.y, high.y);
}
