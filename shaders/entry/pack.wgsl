// Writes planes whose rows start at whole words into a layout whose rows don't. One invocation makes one word
// of the layout from the bytes that lie in it; bytes of no plane become 0.
// Needs: source, target_words: array<u32, _>; PLANES: array<PackedPlane, _>; TARGET_WORDS;
// GROUPS_ACROSS: workgroups in a row of the dispatch.

// Offsets, strides and row bytes in bytes; the source's are multiples of 4.
struct PackedPlane { source: u32, source_stride: u32, offset: u32, stride: u32, row_bytes: u32, rows: u32 }

fn byte_at(address: u32) -> u32 {
  for (var index = 0u; index < PLANE_COUNT; index++) {
    let plane = PLANES[index];
    if (address < plane.offset) {
      continue;
    }
    let row = (address - plane.offset) / plane.stride;
    let column = (address - plane.offset) % plane.stride;
    if (row < plane.rows && column < plane.row_bytes) {
      let place = plane.source + row * plane.source_stride + column;
      return (source[place >> 2u] >> ((place & 3u) * 8u)) & 0xffu;
    }
  }
  return 0u;
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let word = (group.y * GROUPS_ACROSS + group.x) * 128u + local;
  if (word >= TARGET_WORDS) {
    return;
  }
  let address = word * 4u;
  target_words[word] = byte_at(address)
    | (byte_at(address + 1u) << 8u)
    | (byte_at(address + 2u) << 16u)
    | (byte_at(address + 3u) << 24u);
}
