// How the colours of an overlay (s) meet those below (d), in integers: CSS compositing's modes, as the
// reference backend's blend-modes.ts has them.
// Needs: division.wgsl.

fn blend_multiply(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  return divided(vec4<u32>(d * s, 0u), depth).xyz;
}

fn blend_screen(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  return d + s - blend_multiply(d, s, depth);
}

fn blend_darken(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  return min(d, s);
}

fn blend_lighten(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  return max(d, s);
}

fn blend_add(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  return min(d + s, vec3<u32>(one_at_depth(depth)));
}

fn blend_difference(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  return max(d, s) - min(d, s);
}

fn blend_exclusion(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  let sum = vec3<i32>(d + s) - 2 * vec3<i32>(blend_multiply(d, s, depth));
  return vec3<u32>(max(sum, vec3<i32>(0)));
}

fn blend_hard_light(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  let one = vec3<u32>(one_at_depth(depth));
  let dark = 2u * s <= one;
  let bright = min(2u * s, 2u * one) - select(one, min(2u * s, one), dark);
  return select(blend_screen(d, bright, depth), blend_multiply(d, min(2u * s, one), depth), dark);
}

fn blend_overlay(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  return blend_hard_light(s, d, depth);
}

fn blend_soft_light(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  let one = vec3<u32>(one_at_depth(depth));
  let low = blend_multiply(one - d, blend_multiply(d, s, depth), depth);
  return min(low + blend_multiply(d, blend_screen(d, s, depth), depth), one);
}

fn blend_color_dodge(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  let one = vec3<u32>(one_at_depth(depth));
  let quotient = min((d * one) / max(one - s, vec3<u32>(1u)), one);
  return select(select(quotient, one, s == one), vec3<u32>(0u), d == vec3<u32>(0u));
}

fn blend_color_burn(d: vec3<u32>, s: vec3<u32>, depth: u32) -> vec3<u32> {
  let one = vec3<u32>(one_at_depth(depth));
  let quotient = one - min(((one - d) * one) / max(s, vec3<u32>(1u)), one);
  return select(select(quotient, vec3<u32>(0u), s == vec3<u32>(0u)), one, d == one);
}
