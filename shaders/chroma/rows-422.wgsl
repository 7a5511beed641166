// Chroma of 4:2:2, where each row has its own, in quarters as in rows-420.wgsl.
// Needs: load_chroma, load_chroma_pair.

struct ChromaRows { own: u32 }

fn chroma_rows(y: u32) -> ChromaRows {
  return ChromaRows(y);
}

fn chroma_between(column: u32, rows: ChromaRows) -> u32 {
  return 4u * load_chroma(column, rows.own);
}

fn chroma_pair_between(column: u32, rows: ChromaRows) -> vec2<u32> {
  return 4u * load_chroma_pair(column, rows.own);
}
