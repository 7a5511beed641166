// Four final pixels of 16 bits, a vector a channel; columns outside the picture repeat its last one.
// Needs: final_wide, with_lane; WIDTH; struct Planes.

fn planes_at(x: u32, y: u32) -> Planes {
  var planes = Planes();
  for (var lane = 0u; lane < 4u; lane++) {
    let pixel = final_wide(min(x + lane, WIDTH - 1u), y);
    planes.red = with_lane(planes.red, lane, pixel.x);
    planes.green = with_lane(planes.green, lane, pixel.y);
    planes.blue = with_lane(planes.blue, lane, pixel.z);
  }
  return planes;
}

fn pixel_at(x: u32, y: u32) -> Pixel {
  return final_wide(x, y).xyz;
}
