// Writes planes whose rows start at whole words into a layout whose rows don't. One invocation makes one word
// of the layout from the bytes that lie in it; bytes of no plane become 0.
// Needs: source, target_words: array<u32, _>; origin_of, which asks origin_in for every plane; TARGET_WORDS;
// GROUPS_ACROSS: workgroups in a row of the dispatch.

// Offsets, strides and row bytes in bytes; the source's are multiples of 4.
struct PackedPlane { source: u32, source_stride: u32, offset: u32, stride: u32, row_bytes: u32, rows: u32 }

// Where a byte of the layout comes from, and how many bytes of its row follow, itself included; 0 if from nowhere.
struct Origin { place: u32, left: u32 }

const NOWHERE = Origin(0u, 0u);

fn origin_in(plane: PackedPlane, address: u32) -> Origin {
  if (address < plane.offset) {
    return NOWHERE;
  }
  let row = (address - plane.offset) / plane.stride;
  let column = address - plane.offset - row * plane.stride;
  if (row >= plane.rows || column >= plane.row_bytes) {
    return NOWHERE;
  }
  return Origin(plane.source + row * plane.source_stride + column, plane.row_bytes - column);
}

fn byte_at(address: u32) -> u32 {
  let origin = origin_of(address);
  if (origin.left == 0u) {
    return 0u;
  }
  return (source[origin.place >> 2u] >> ((origin.place & 3u) * 8u)) & 0xffu;
}

fn word_at(address: u32) -> u32 {
  let origin = origin_of(address);
  if (origin.left < 4u) {
    return byte_at(address)
      | (byte_at(address + 1u) << 8u)
      | (byte_at(address + 2u) << 16u)
      | (byte_at(address + 3u) << 24u);
  }
  let low = source[origin.place >> 2u];
  let shift = (origin.place & 3u) * 8u;
  if (shift == 0u) {
    return low;
  }
  return (low >> shift) | (source[(origin.place >> 2u) + 1u] << (32u - shift));
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let word = (group.y * GROUPS_ACROSS + group.x) * 128u + local;
  if (word < TARGET_WORDS) {
    target_words[word] = word_at(word * 4u);
  }
}
