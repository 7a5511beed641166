// YCbCr to RGBA of 8 bits by a FixedForm of (Y, 16 Cb, 16 Cr).
// Needs: a YCbCr loader, chroma_quad, chroma_one, fixed.wgsl; LOAD_RED, LOAD_GREEN, LOAD_BLUE: vec4<i32>, LOAD_SHIFT.

const LOAD_HALF = vec4<i32>(1i << (LOAD_SHIFT - 1u));

struct Rgb { red: vec4<u32>, green: vec4<u32>, blue: vec4<u32> }

fn to_rgb(luma: vec4<u32>, chroma: vec4<u32>) -> Rgb {
  let cb = chroma & vec4<u32>(0xffffu);
  let cr = chroma >> vec4<u32>(16u);
  return Rgb(
    fixed_row(LOAD_RED, LOAD_SHIFT, 255i, luma, cb, cr, LOAD_HALF),
    fixed_row(LOAD_GREEN, LOAD_SHIFT, 255i, luma, cb, cr, LOAD_HALF),
    fixed_row(LOAD_BLUE, LOAD_SHIFT, 255i, luma, cb, cr, LOAD_HALF),
  );
}

fn load_quad(x: u32, y: u32) -> vec4<u32> {
  let rgb = to_rgb(load_luma(x, y), chroma_quad(x, y));
  return rgb.red | (rgb.green << vec4<u32>(8u)) | (rgb.blue << vec4<u32>(16u)) | vec4<u32>(0xff000000u);
}

fn load_wide(x: u32, y: u32) -> vec4<u32> {
  let rgb = to_rgb(vec4<u32>(load_luma_one(x, y)), vec4<u32>(chroma_one(x, y)));
  return vec4<u32>(rgb.red.x, rgb.green.x, rgb.blue.x, 255u);
}

fn load_pixel(x: u32, y: u32) -> u32 {
  return packed(load_wide(x, y));
}
