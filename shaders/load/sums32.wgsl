// Loads rows that another pass resampled from 16-bit pixels: signed sums of 18 bits, a word each.
// Needs: source: array<vec4<u32>, _>, SOURCE_STRIDE (pixels).

fn load_across(x: u32, y: u32) -> vec4<i32> {
  return vec4<i32>(source[y * SOURCE_STRIDE + x]);
}
