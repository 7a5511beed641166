// A picture with straight alpha over the frame.
// Needs: tables, which holds the pictures' pixels.

// `first` is the picture's first pixel in the tables; the other numbers are pixels, `opacity` is 0..255.
struct PackedOverlay { first: u32, width: i32, height: i32, x: i32, y: i32, opacity: u32 }

// floor(v / 255 + 1/2) in both halves of a word, for v up to 65,025.
fn divide_by_255(v: u32) -> u32 {
  let t = v + 0x800080u;
  return ((t + ((t >> 8u) & 0xff00ffu)) >> 8u) & 0xff00ffu;
}

fn packed_overlay_pixel(below: u32, above: u32, opacity: u32) -> u32 {
  let alpha = divide_by_255((above >> 24u) * opacity);
  let rest = 255u - alpha;
  let red_blue = divide_by_255((above & 0xff00ffu) * alpha + (below & 0xff00ffu) * rest);
  // Alpha goes the way of a colour that is 255 in the picture: a + d (255 - a) / 255.
  let green_alpha = divide_by_255((((above >> 8u) & 0xffu) | 0xff0000u) * alpha + ((below >> 8u) & 0xff00ffu) * rest);
  return red_blue | (green_alpha << 8u);
}

fn packed_overlay_lane(below: u32, column: i32, row: u32, overlay: PackedOverlay) -> u32 {
  if (column < 0 || column >= overlay.width) {
    return below;
  }
  return packed_overlay_pixel(below, tables.words[overlay.first + row + u32(column)], overlay.opacity);
}

// Four pixels from column x of row y.
fn packed_overlay_quad(below: vec4<u32>, x: u32, y: u32, overlay: PackedOverlay) -> vec4<u32> {
  let column = i32(x) - overlay.x;
  let line = i32(y) - overlay.y;
  if (line < 0 || line >= overlay.height || column <= -4 || column >= overlay.width) {
    return below;
  }
  let row = u32(line) * u32(overlay.width);
  return vec4<u32>(
    packed_overlay_lane(below.x, column, row, overlay),
    packed_overlay_lane(below.y, column + 1, row, overlay),
    packed_overlay_lane(below.z, column + 2, row, overlay),
    packed_overlay_lane(below.w, column + 3, row, overlay),
  );
}

fn packed_overlay_one(below: u32, x: u32, y: u32, overlay: PackedOverlay) -> u32 {
  let line = i32(y) - overlay.y;
  if (line < 0 || line >= overlay.height) {
    return below;
  }
  return packed_overlay_lane(below, i32(x) - overlay.x, u32(line) * u32(overlay.width), overlay);
}
