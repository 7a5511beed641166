// Chroma of every pixel from chroma at full size, in sixteenths, as Cb | Cr << 16.
// Needs: load_chroma, load_chroma_pair.

fn chroma_quad(x: u32, y: u32) -> vec4<u32> {
  return 16u * vec4<u32>(load_chroma_pair(x, y), load_chroma_pair(x + 2u, y));
}

fn chroma_one(x: u32, y: u32) -> u32 {
  return 16u * load_chroma(x, y);
}
