// The 8×8 matrix of ordered dither, 0 to 63: exact/dither.ts has the same as a table.

fn bayer(x: vec4<u32>, y: u32) -> vec4<u32> {
  let row = vec4<u32>(y);
  let mixed = x ^ row;
  return ((mixed & vec4<u32>(1u)) << vec4<u32>(5u)) | ((row & vec4<u32>(1u)) << vec4<u32>(4u))
    | ((mixed & vec4<u32>(2u)) << vec4<u32>(2u)) | ((row & vec4<u32>(2u)) << vec4<u32>(1u))
    | ((mixed & vec4<u32>(4u)) >> vec4<u32>(1u)) | ((row & vec4<u32>(4u)) >> vec4<u32>(2u));
}
