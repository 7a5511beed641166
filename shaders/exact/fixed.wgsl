// A row of a FixedForm: clamp((k . (a, b, c, 1) + half) >> shift, 0, largest). Sums wrap around 2^32 and end inside an i32.

fn fixed_row(row: vec4<i32>, shift: u32, largest: i32, a: vec4<u32>, b: vec4<u32>, c: vec4<u32>, half: vec4<i32>) -> vec4<u32> {
  let sum = row.x * vec4<i32>(a) + row.y * vec4<i32>(b) + row.z * vec4<i32>(c) + row.w + half;
  return vec4<u32>(clamp(sum >> vec4<u32>(shift), vec4<i32>(0), vec4<i32>(largest)));
}
