// Loads half floats as pixels of 16 bits, 65,535 being 1.0: rounded half up, clamped, NaN as 0.
// Needs: source: array<vec2<u32>, _>, SOURCE_STRIDE (pixels).

// A half is m * 2^(e - 25), m below 2^11: its product with 65,535 fits 27 bits.
fn units_of_halfs(halfs: vec4<u32>) -> vec4<u32> {
  let exponent = (halfs >> vec4<u32>(10u)) & vec4<u32>(31u);
  let fraction = halfs & vec4<u32>(0x3ffu);
  let mantissa = fraction | select(vec4<u32>(0x400u), vec4<u32>(0u), exponent == vec4<u32>(0u));
  // Only below 1.0, where the shift is 11 to 24.
  let shift = vec4<u32>(25u) - clamp(exponent, vec4<u32>(1u), vec4<u32>(14u));
  let units = (mantissa * 65535u + (vec4<u32>(1u) << (shift - vec4<u32>(1u)))) >> shift;
  let is_nan = (halfs & vec4<u32>(0x7fffu)) > vec4<u32>(0x7c00u);
  let is_zero = is_nan | (halfs >= vec4<u32>(0x8000u));
  let clamped = select(units, vec4<u32>(65535u), exponent >= vec4<u32>(15u));
  return select(clamped, vec4<u32>(0u), is_zero);
}

fn load_pair(x: u32, y: u32) -> vec2<u32> {
  return source[y * SOURCE_STRIDE + x];
}

fn load_wide(x: u32, y: u32) -> vec4<u32> {
  let pair = load_pair(x, y);
  return units_of_halfs(vec4<u32>(pair.x & 0xffffu, pair.x >> 16u, pair.y & 0xffffu, pair.y >> 16u));
}
