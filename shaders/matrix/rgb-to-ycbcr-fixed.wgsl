// RGBA of either depth to YCbCr of 8 or 10 bits by a FixedForm: what rgb-to-ycbcr.wgsl does for 8 bits.
// Needs: planes_at, which gives four pixels, columns outside repeating the last; pixel_at, which gives one; fixed.wgsl,
// bayer.wgsl; STORE_LUMA, STORE_CB, STORE_CR: vec4<i32>, STORE_SHIFT, STORE_LARGEST; STORE_DITHERED; STORE_WIDE:
// whether pixels have 16 bits, and factors 8 fraction bits more; WEIGHTS_ACROSS;
// MEAN_SHIFT: 0, or log2 of what chroma's weights add up to where the mean is rounded first.

struct Planes { red: vec4<u32>, green: vec4<u32>, blue: vec4<u32> }
alias Pixels = Planes;
alias Pixel = vec3<u32>;

fn pixels_at(x: u32, y: u32) -> Pixels {
  return planes_at(x, y);
}

fn last_of(pixels: Pixels) -> Pixel {
  return vec3<u32>(pixels.red.w, pixels.green.w, pixels.blue.w);
}

// What is added before the shift, at samples of their own plane from column x.
fn rounding_at(x: u32, y: u32) -> vec4<i32> {
  if (STORE_DITHERED) {
    let ranks = bayer(vec4<u32>(x) + vec4<u32>(0u, 1u, 2u, 3u), y);
    return vec4<i32>((2u * ranks + vec4<u32>(1u)) << vec4<u32>(STORE_SHIFT - 7u));
  }
  return vec4<i32>(1i << (STORE_SHIFT - 1u));
}

// Wide pixels are taken as 256 h + l, so that sums stay inside 32 bits.
fn store_row(row: vec4<i32>, red: vec4<u32>, green: vec4<u32>, blue: vec4<u32>, rounding: vec4<i32>) -> vec4<u32> {
  if (!STORE_WIDE) {
    return fixed_row(row, STORE_SHIFT, STORE_LARGEST, red, green, blue, rounding);
  }
  let low = vec4<u32>(255u);
  let below = row.x * vec4<i32>(red & low) + row.y * vec4<i32>(green & low) + row.z * vec4<i32>(blue & low);
  let high = vec4<u32>(8u);
  return fixed_row(row, STORE_SHIFT, STORE_LARGEST, red >> high, green >> high, blue >> high, (below >> high) + rounding);
}

fn luma_of(pixels: Pixels, x: u32, y: u32) -> vec4<u32> {
  return store_row(STORE_LUMA, pixels.red, pixels.green, pixels.blue, rounding_at(x, y));
}

// Of four chroma samples.
alias Sums = Planes;

fn sums_across(before: u32, row: vec4<u32>) -> vec4<u32> {
  let sums = WEIGHTS_ACROSS.x * vec2<u32>(before, row.y) + WEIGHTS_ACROSS.y * row.xz + WEIGHTS_ACROSS.z * row.yw;
  return sums.xyxy;
}

// Adds a row's share of four pixels and the one before them to the first or the last two sums.
fn add_sums(sums: Sums, weight: u32, half: u32, before: Pixel, pixels: Pixels) -> Sums {
  let weights = select(vec4<u32>(0u), vec4<u32>(weight), vec4<u32>(0u, 0u, 1u, 1u) == vec4<u32>(half));
  return Sums(
    sums.red + weights * sums_across(before.x, pixels.red),
    sums.green + weights * sums_across(before.y, pixels.green),
    sums.blue + weights * sums_across(before.z, pixels.blue),
  );
}

fn mean(sums: vec4<u32>) -> vec4<u32> {
  return (sums + vec4<u32>((1u << MEAN_SHIFT) >> 1u)) >> vec4<u32>(MEAN_SHIFT);
}

struct Chroma { cb: vec4<u32>, cr: vec4<u32> }

// Of four samples from a column of a row of the chroma planes.
fn chroma_of(sums: Sums, column: u32, row: u32) -> Chroma {
  let rounding = rounding_at(column, row);
  let red = mean(sums.red);
  let green = mean(sums.green);
  let blue = mean(sums.blue);
  return Chroma(
    store_row(STORE_CB, red, green, blue, rounding),
    store_row(STORE_CR, red, green, blue, rounding),
  );
}

// Sums of one pixel each, for 4:4:4.
fn own_sums(pixels: Pixels) -> Sums {
  return pixels;
}
