// Another picture mixed into the frame, on all four channels.
// Needs: tables; at_depth, unpacked.

fn mix_wide(below: vec4<u32>, first: u32, weight: u32, depth: u32) -> vec4<u32> {
  let other = at_depth(unpacked(tables.words[first]), depth);
  return (below * (256u - weight) + other * weight + vec4<u32>(128u)) >> vec4<u32>(8u);
}
