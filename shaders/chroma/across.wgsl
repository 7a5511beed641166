// Chroma of every pixel from chroma at half the columns, in sixteenths, as Cb | Cr << 16.
// Needs: rows-420.wgsl or rows-422.wgsl; SOURCE_CHROMA_WIDTH; CHROMA_EVEN, CHROMA_ODD: vec2<u32> weights in quarters
// of the column before and at an even pixel, and of the column at and after an odd one.

// Of four pixels from column x, a multiple of four.
fn chroma_quad(x: u32, y: u32) -> vec4<u32> {
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
  return vec4<u32>(
    CHROMA_EVEN.x * before + CHROMA_EVEN.y * inner.x,
    CHROMA_ODD.x * inner.x + CHROMA_ODD.y * inner.y,
    CHROMA_EVEN.x * inner.x + CHROMA_EVEN.y * inner.y,
    CHROMA_ODD.x * inner.y + CHROMA_ODD.y * after,
  );
}

fn chroma_one(x: u32, y: u32) -> u32 {
  let rows = chroma_rows(y);
  let column = x >> 1u;
  let at = chroma_between(column, rows);
  if ((x & 1u) == 0u) {
    var chroma = CHROMA_EVEN.y * at;
    if (CHROMA_EVEN.x != 0u) {
      chroma += CHROMA_EVEN.x * chroma_between(max(column, 1u) - 1u, rows);
    }
    return chroma;
  }
  var chroma = CHROMA_ODD.x * at;
  if (CHROMA_ODD.y != 0u) {
    chroma += CHROMA_ODD.y * chroma_between(min(column + 1u, SOURCE_CHROMA_WIDTH - 1u), rows);
  }
  return chroma;
}
