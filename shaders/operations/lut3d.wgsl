// A colour cube interpolated in tetrahedra; alpha stays. A node is two words: R | G << 16, B.
// Needs: tables, division.wgsl.

fn lut_node(first: u32, size: u32, node: vec3<u32>) -> vec3<u32> {
  let inside = min(node, vec3<u32>(size - 1u));
  let at = first + 2u * (inside.x + size * (inside.y + size * inside.z));
  let red_green = tables.words[at];
  return vec3<u32>(red_green & 0xffffu, red_green >> 16u, tables.words[at + 1u]);
}

fn lut3d(pixel: vec4<u32>, first: u32, size: u32, depth: u32) -> vec4<u32> {
  let one = one_at_depth(depth);
  let scaled = pixel.xyz * (size - 1u);
  let node = divided_down(scaled, depth);
  let f = scaled - node * one;
  // From corner to corner along the axes in falling order of f, R before G before B where they are equal.
  let red_first = f.x >= f.y && f.x >= f.z;
  let axis = select(vec3<u32>(0u, select(0u, 1u, f.y >= f.z), select(1u, 0u, f.y >= f.z)), vec3<u32>(1u, 0u, 0u), red_first);
  let blue_last = f.z <= f.x && f.z <= f.y;
  let rest = select(vec3<u32>(select(0u, 1u, f.y <= f.x), select(1u, 0u, f.y <= f.x), 1u), vec3<u32>(1u, 1u, 0u), blue_last);
  let most = max(max(f.x, f.y), f.z);
  let least = min(min(f.x, f.y), f.z);
  let middle = f.x + f.y + f.z - most - least;
  let sum = (one - most) * lut_node(first, size, node)
    + (most - middle) * lut_node(first, size, node + axis)
    + (middle - least) * lut_node(first, size, node + rest)
    + least * lut_node(first, size, node + vec3<u32>(1u));
  return vec4<u32>(divided_down(sum + vec3<u32>(32767u), 16u), pixel.w);
}
