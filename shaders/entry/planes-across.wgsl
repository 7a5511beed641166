// The first half of a resampling in two passes: rows alone. One invocation makes two luma sums and a chroma pair.
// Needs: luma_across, chroma_across; target_words: array<u32, _>, TARGET_LUMA, TARGET_CHROMA (first words),
// TARGET_LUMA_STRIDE, TARGET_CHROMA_STRIDE (words); LUMA_WIDTH, LUMA_HEIGHT, CHROMA_WIDTH, CHROMA_HEIGHT.

@compute @workgroup_size(32, 4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 2u;
  if (x < LUMA_WIDTH && id.y < LUMA_HEIGHT) {
    let first = luma_across(x, id.y);
    let second = luma_across(min(x + 1u, LUMA_WIDTH - 1u), id.y);
    target_words[TARGET_LUMA + id.y * TARGET_LUMA_STRIDE + id.x] = (u32(first) & 0xffffu) | (u32(second) << 16u);
  }
  if (id.x < CHROMA_WIDTH && id.y < CHROMA_HEIGHT) {
    let chroma = chroma_across(id.x, id.y);
    target_words[TARGET_CHROMA + id.y * TARGET_CHROMA_STRIDE + id.x] = (u32(chroma.x) & 0xffffu) | (u32(chroma.y) << 16u);
  }
}
