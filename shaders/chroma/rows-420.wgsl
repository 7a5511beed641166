// Chroma down the rows of 4:2:0, in quarters.
// Needs: load_chroma, load_chroma_pair; SOURCE_CHROMA_HEIGHT; CHROMA_EVEN_ROW, CHROMA_ODD_ROW: vec2<u32> weights in
// quarters of the row before and at an even pixel row, and of the row at and after an odd one.

// The two rows that a pixel's row lies between, and their weights in quarters.
struct ChromaRows { first: u32, second: u32, weights: vec2<u32> }

fn chroma_rows(y: u32) -> ChromaRows {
  let row = y >> 1u;
  if ((y & 1u) == 0u) {
    return ChromaRows(max(row, 1u) - 1u, row, CHROMA_EVEN_ROW);
  }
  return ChromaRows(row, min(row + 1u, SOURCE_CHROMA_HEIGHT - 1u), CHROMA_ODD_ROW);
}

// Cb | Cr << 16 of one column.
fn chroma_between(column: u32, rows: ChromaRows) -> u32 {
  return rows.weights.x * load_chroma(column, rows.first) + rows.weights.y * load_chroma(column, rows.second);
}

fn chroma_pair_between(column: u32, rows: ChromaRows) -> vec2<u32> {
  return rows.weights.x * load_chroma_pair(column, rows.first)
    + rows.weights.y * load_chroma_pair(column, rows.second);
}
