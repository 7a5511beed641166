// Four final pixels of 8 bits, a vector a channel; columns outside the picture repeat its last one.
// Needs: edged_quad, final_pixel, unpacked; struct Planes.

fn planes_at(x: u32, y: u32) -> Planes {
  let quad = edged_quad(x, y);
  return Planes(
    quad & vec4<u32>(0xffu),
    (quad >> vec4<u32>(8u)) & vec4<u32>(0xffu),
    (quad >> vec4<u32>(16u)) & vec4<u32>(0xffu),
  );
}

fn pixel_at(x: u32, y: u32) -> Pixel {
  return unpacked(final_pixel(x, y)).xyz;
}
