// Pixels of 8 bits: R | G << 8 | B << 16 | A << 24, alone or as quads of four neighbours.

fn unpacked(pixel: u32) -> vec4<u32> {
  return (vec4<u32>(pixel) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(0xffu);
}

fn packed(pixel: vec4<u32>) -> u32 {
  return pixel.x | (pixel.y << 8u) | (pixel.z << 16u) | (pixel.w << 24u);
}

fn lane_of(quad: vec4<u32>, lane: u32) -> u32 {
  let low = select(quad.x, quad.y, lane == 1u);
  let high = select(quad.z, quad.w, lane == 3u);
  return select(low, high, lane >= 2u);
}

fn with_lane(quad: vec4<u32>, lane: u32, value: u32) -> vec4<u32> {
  return select(quad, vec4<u32>(value), vec4<u32>(lane) == vec4<u32>(0u, 1u, 2u, 3u));
}
