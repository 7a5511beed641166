// YCbCr to RGBA of 16 bits, or to half floats, by a FixedForm with fractions of (Y, 16 Cb, 16 Cr). One pixel at a time.
// Needs: a YCbCr loader, chroma_one; LOAD_RED, LOAD_GREEN, LOAD_BLUE: vec4<i32>, LOAD_RED_FRACTION, LOAD_GREEN_FRACTION,
// LOAD_BLUE_FRACTION: vec4<u32>, LOAD_SHIFT; LOADS_HALFS.

// The sum of a row, and what is left of it in 65,536ths.
struct Fine { sum: i32, rest: u32 }

fn fine_row(row: vec4<i32>, fraction: vec4<u32>, codes: vec4<u32>) -> Fine {
  // At most 65,535 * (1023 + 2 * 16,368 + 1).
  let low = dot(fraction, codes);
  return Fine(dot(row, vec4<i32>(codes)) + i32(low >> 16u), low & 0xffffu);
}

// To the nearest half float, ties to even, of shares of 2^28; see half-float.ts.
fn halfs_of_fixed(values: vec4<u32>) -> vec4<u32> {
  let exponent = firstLeadingBit(max(values, vec4<u32>(1u << 14u)));
  let shift = exponent - vec4<u32>(10u);
  let odd = (values >> shift) & vec4<u32>(1u);
  let rounding = (vec4<u32>(1u) << (shift - vec4<u32>(1u))) - vec4<u32>(1u) + odd;
  return ((values + rounding) >> shift) + ((exponent - vec4<u32>(14u)) << vec4<u32>(10u));
}

fn load_wide(x: u32, y: u32) -> vec4<u32> {
  let chroma = chroma_one(x, y);
  let codes = vec4<u32>(load_luma_one(x, y), chroma & 0xffffu, chroma >> 16u, 1u);
  let red = fine_row(LOAD_RED, LOAD_RED_FRACTION, codes);
  let green = fine_row(LOAD_GREEN, LOAD_GREEN_FRACTION, codes);
  let blue = fine_row(LOAD_BLUE, LOAD_BLUE_FRACTION, codes);
  let sums = vec3<i32>(red.sum, green.sum, blue.sum);
  if (LOADS_HALFS) {
    // Anything above a tie is above it.
    let rests = min(vec3<u32>(red.rest, green.rest, blue.rest), vec3<u32>(1u));
    let white = 1i << LOAD_SHIFT;
    let values = clamp(sums | vec3<i32>(rests), vec3<i32>(0), vec3<i32>(white));
    return halfs_of_fixed(vec4<u32>(vec3<u32>(values), u32(white)));
  }
  let rounded = (sums + vec3<i32>(1i << (LOAD_SHIFT - 1u))) >> vec3<u32>(LOAD_SHIFT);
  return vec4<u32>(vec3<u32>(clamp(rounded, vec3<i32>(0), vec3<i32>(65535))), 65535u);
}
