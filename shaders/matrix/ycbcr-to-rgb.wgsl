// YCbCr 4:2:0 to RGBA: chroma is interpolated in sixteenths, which go unrounded into the matrix.
// Needs: a YCbCr loader, form.wgsl, wide-form.wgsl; SOURCE_CHROMA_WIDTH, SOURCE_CHROMA_HEIGHT;
// CHROMA_EVEN, CHROMA_ODD: vec2<u32> weights in quarters of the column before and at an even pixel, and of the
// column at and after an odd one; CHROMA_EVEN_ROW, CHROMA_ODD_ROW: the same down; TO_RED, TO_BLUE: Form,
// evaluate_green for one of either width, all on (Y, 16 Cb, 16 Cr); TO_RED_OFFSET, TO_GREEN_OFFSET,
// TO_BLUE_OFFSET: what the forms add to keep their results from being negative.

// The two rows that a pixel's row lies between, and their weights in quarters.
struct ChromaRows { first: u32, second: u32, weights: vec2<u32> }

fn chroma_rows(y: u32) -> ChromaRows {
  let row = y >> 1u;
  if ((y & 1u) == 0u) {
    return ChromaRows(max(row, 1u) - 1u, row, CHROMA_EVEN_ROW);
  }
  return ChromaRows(row, min(row + 1u, SOURCE_CHROMA_HEIGHT - 1u), CHROMA_ODD_ROW);
}

// Cb | Cr << 16 of one column in quarters.
fn chroma_between(column: u32, rows: ChromaRows) -> u32 {
  return rows.weights.x * load_chroma(column, rows.first) + rows.weights.y * load_chroma(column, rows.second);
}

fn chroma_pair_between(column: u32, rows: ChromaRows) -> vec2<u32> {
  return rows.weights.x * load_chroma_pair(column, rows.first)
    + rows.weights.y * load_chroma_pair(column, rows.second);
}

fn byte_above(offset: u32, value: vec4<u32>) -> vec4<u32> {
  return clamp(value, vec4<u32>(offset), vec4<u32>(offset + 255u)) - vec4<u32>(offset);
}

fn to_rgba(luma: vec4<u32>, chroma: vec4<u32>) -> vec4<u32> {
  let cb = chroma & vec4<u32>(0xffffu);
  let cr = chroma >> vec4<u32>(16u);
  let red = byte_above(TO_RED_OFFSET, evaluate(TO_RED, luma, cb, cr));
  let green = byte_above(TO_GREEN_OFFSET, evaluate_green(luma, cb, cr));
  let blue = byte_above(TO_BLUE_OFFSET, evaluate(TO_BLUE, luma, cb, cr));
  return red | (green << vec4<u32>(8u)) | (blue << vec4<u32>(16u)) | vec4<u32>(0xff000000u);
}

fn load_quad(x: u32, y: u32) -> vec4<u32> {
  let rows = chroma_rows(y);
  let column = x >> 1u;
  let last = SOURCE_CHROMA_WIDTH - 1u;
  var inner = chroma_pair_between(column, rows);
  if (SOURCE_CHROMA_WIDTH % 2u != 0u && column == last) {
    inner.y = inner.x;
  }
  var before = 0u;
  if (CHROMA_EVEN.x != 0u) {
    before = chroma_between(max(column, 1u) - 1u, rows);
  }
  var after = 0u;
  if (CHROMA_ODD.y != 0u) {
    after = chroma_between(min(column + 2u, last), rows);
  }
  let chroma = vec4<u32>(
    CHROMA_EVEN.x * before + CHROMA_EVEN.y * inner.x,
    CHROMA_ODD.x * inner.x + CHROMA_ODD.y * inner.y,
    CHROMA_EVEN.x * inner.x + CHROMA_EVEN.y * inner.y,
    CHROMA_ODD.x * inner.y + CHROMA_ODD.y * after,
  );
  let luma = (vec4<u32>(load_luma_word(x, y)) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(0xffu);
  return to_rgba(luma, chroma);
}

fn load_pixel(x: u32, y: u32) -> u32 {
  let rows = chroma_rows(y);
  let column = x >> 1u;
  let at = chroma_between(column, rows);
  var chroma = 0u;
  if ((x & 1u) == 0u) {
    chroma = CHROMA_EVEN.y * at;
    if (CHROMA_EVEN.x != 0u) {
      chroma += CHROMA_EVEN.x * chroma_between(max(column, 1u) - 1u, rows);
    }
  } else {
    chroma = CHROMA_ODD.x * at;
    if (CHROMA_ODD.y != 0u) {
      chroma += CHROMA_ODD.y * chroma_between(min(column + 1u, SOURCE_CHROMA_WIDTH - 1u), rows);
    }
  }
  let luma = (load_luma_word(x, y) >> ((x & 3u) * 8u)) & 0xffu;
  return to_rgba(vec4<u32>(luma), vec4<u32>(chroma)).x;
}
