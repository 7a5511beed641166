// An affine map of R, G, B of 8 bits with 12 fraction bits; alpha stays.

struct ColorMatrix { red: vec4<i32>, green: vec4<i32>, blue: vec4<i32> }

// The rounding half is part of the rows' last numbers.
fn color_matrix_row(row: vec4<i32>, red: vec4<i32>, green: vec4<i32>, blue: vec4<i32>) -> vec4<u32> {
  let sum = row.x * red + row.y * green + row.z * blue + row.w;
  return vec4<u32>(clamp(sum >> vec4<u32>(12u), vec4<i32>(0), vec4<i32>(255)));
}

fn color_matrix(pixels: vec4<u32>, matrix: ColorMatrix) -> vec4<u32> {
  let red = vec4<i32>(pixels & vec4<u32>(0xffu));
  let green = vec4<i32>((pixels >> vec4<u32>(8u)) & vec4<u32>(0xffu));
  let blue = vec4<i32>((pixels >> vec4<u32>(16u)) & vec4<u32>(0xffu));
  return color_matrix_row(matrix.red, red, green, blue)
    | (color_matrix_row(matrix.green, red, green, blue) << vec4<u32>(8u))
    | (color_matrix_row(matrix.blue, red, green, blue) << vec4<u32>(16u))
    | (pixels & vec4<u32>(0xff000000u));
}
