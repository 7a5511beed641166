// A picture over the frame, at either depth, with any blend mode.
// Needs: tables, which hold the pictures' pixels; packed.wgsl, division.wgsl.

// `first` is the picture's first pixel in the tables; the other numbers are pixels, `opacity` is of the depth.
struct Overlay { first: u32, width: i32, height: i32, x: i32, y: i32, opacity: u32 }

// The picture's pixel at a place of the frame, with its own alpha; nothing outside it.
fn overlay_at(x: u32, y: u32, overlay: Overlay, depth: u32) -> vec4<u32> {
  let column = i32(x) - overlay.x;
  let line = i32(y) - overlay.y;
  if (line < 0 || line >= overlay.height || column < 0 || column >= overlay.width) {
    return vec4<u32>(0u);
  }
  return at_depth(unpacked(tables.words[overlay.first + u32(line) * u32(overlay.width) + u32(column)]), depth);
}

// With what the picture's colours become over the frame's.
fn overlay_straight(below: vec4<u32>, blended: vec3<u32>, own_alpha: u32, opacity: u32, depth: u32) -> vec4<u32> {
  let one = one_at_depth(depth);
  let alpha = divided(vec4<u32>(own_alpha * opacity), depth).x;
  // Alpha goes the way of a colour that is 1.0 in the picture.
  let parts = divided(vec4<u32>(blended * alpha + below.xyz * (one - alpha), below.w * (one - alpha)), depth);
  return vec4<u32>(parts.xyz, alpha + parts.w);
}

fn overlay_premultiplied(below: vec4<u32>, above: vec4<u32>, opacity: u32, depth: u32) -> vec4<u32> {
  let one = one_at_depth(depth);
  let own = divided(above * opacity, depth);
  let sum = own + divided(below * (one - own.w), depth);
  return vec4<u32>(min(sum.xyz, vec3<u32>(one)), sum.w);
}
