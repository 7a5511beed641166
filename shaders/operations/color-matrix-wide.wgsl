// An affine map of R, G, B of 16 bits with 12 fraction bits; alpha stays. Numbers are taken as 256 h + l, so that
// no product leaves 32 bits.

fn color_matrix_wide_row(row: vec4<i32>, high: vec3<i32>, low: vec3<i32>) -> u32 {
  // The offset and the rounding half are the row's last number.
  let below = (dot(row.xyz, low) + row.w) >> 8u;
  return u32(clamp((dot(row.xyz, high) + below) >> 4u, 0i, 65535i));
}

fn color_matrix_wide(pixel: vec4<u32>, red: vec4<i32>, green: vec4<i32>, blue: vec4<i32>) -> vec4<u32> {
  let high = vec3<i32>(pixel.xyz >> vec3<u32>(8u));
  let low = vec3<i32>(pixel.xyz & vec3<u32>(255u));
  return vec4<u32>(
    color_matrix_wide_row(red, high, low),
    color_matrix_wide_row(green, high, low),
    color_matrix_wide_row(blue, high, low),
    pixel.w,
  );
}
