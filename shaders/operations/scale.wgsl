// Bilinear interpolation of packed pixels, rounded once over both axes.
// A tap is i0 << 8 | w: the pixel before the position, and the weight of the one after it in 256ths.

fn scale_column(left: u32, right: u32, shift: u32, weight: u32) -> u32 {
  return (256u - weight) * ((left >> shift) & 0xff00ffu) + weight * ((right >> shift) & 0xff00ffu);
}

fn scale_rows(top: u32, bottom: u32, weight: u32) -> u32 {
  let low = ((256u - weight) * (top & 0xffffu) + weight * (bottom & 0xffffu) + 0x8000u) >> 16u;
  let high = ((256u - weight) * (top >> 16u) + weight * (bottom >> 16u) + 0x8000u) & 0xff0000u;
  return low | high;
}

// Weighted rows of two channels fit 16 bits each, so that a word carries two through the first axis.
fn scale_between(top_left: u32, top_right: u32, bottom_left: u32, bottom_right: u32, wx: u32, wy: u32) -> u32 {
  let red_blue = scale_rows(scale_column(top_left, top_right, 0u, wx), scale_column(bottom_left, bottom_right, 0u, wx), wy);
  let green_alpha = scale_rows(scale_column(top_left, top_right, 8u, wx), scale_column(bottom_left, bottom_right, 8u, wx), wy);
  return red_blue | (green_alpha << 8u);
}
