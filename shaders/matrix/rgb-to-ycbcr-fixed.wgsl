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

fn chosen(pixels: Pixels, others: Pixels, is_first: bool) -> Pixels {
  return Planes(
    select(others.red, pixels.red, is_first),
    select(others.green, pixels.green, is_first),
    select(others.blue, pixels.blue, is_first),
  );
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

fn row_sums(before: u32, first: vec4<u32>, second: vec4<u32>) -> vec4<u32> {
  let next = vec4<u32>(first.yw, second.yw);
  return WEIGHTS_ACROSS.x * vec4<u32>(before, next.xyz)
    + WEIGHTS_ACROSS.y * vec4<u32>(first.xz, second.xz) + WEIGHTS_ACROSS.z * next;
}

// Adds a row's share of eight pixels and the one before them.
fn add_sums(sums: Sums, weight: u32, before: Pixel, first: Pixels, second: Pixels) -> Sums {
  return Sums(
    sums.red + weight * row_sums(before.x, first.red, second.red),
    sums.green + weight * row_sums(before.y, first.green, second.green),
    sums.blue + weight * row_sums(before.z, first.blue, second.blue),
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
