// Division by what 1.0 is: 255 at 8 bits of depth, 65,535 at 16. No quotient may reach 2^depth.

fn one_at_depth(depth: u32) -> u32 {
  return (1u << depth) - 1u;
}

// Rounded half up; v up to the square of the divisor.
fn divided(v: vec4<u32>, depth: u32) -> vec4<u32> {
  let t = v + vec4<u32>(1u << (depth - 1u));
  return (t + (t >> vec4<u32>(depth))) >> vec4<u32>(depth);
}

// Cut down.
fn divided_down(v: vec3<u32>, depth: u32) -> vec3<u32> {
  let t = v + vec3<u32>(1u);
  return (t + (t >> vec3<u32>(depth))) >> vec3<u32>(depth);
}

// Bytes as pixels of a depth: times 257 at 16 bits.
fn at_depth(bytes: vec4<u32>, depth: u32) -> vec4<u32> {
  return bytes * select(257u, 1u, depth == 8u);
}

// floor(v / 257), which takes 16 bits to 8, for v below 2^16 + 254: 65281 / 2^24 exceeds 1 / 257 by less than 2^-32.
fn bytes_of(v: vec4<u32>) -> vec4<u32> {
  return (v * 65281u) >> vec4<u32>(24u);
}
