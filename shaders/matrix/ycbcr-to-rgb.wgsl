// 8-bit YCbCr to 8-bit RGBA: chroma comes in sixteenths, which go unrounded into the matrix.
// Needs: a YCbCr loader, chroma_quad, chroma_one, form.wgsl, wide-form.wgsl; TO_RED, TO_BLUE: Form, evaluate_green
// for one of either width, all on (Y, 16 Cb, 16 Cr); TO_RED_OFFSET, TO_GREEN_OFFSET, TO_BLUE_OFFSET: what the forms
// add to keep their results from being negative.

fn byte_above(offset: u32, value: vec4<u32>) -> vec4<u32> {
  return clamp(value, vec4<u32>(offset), vec4<u32>(offset + 255u)) - vec4<u32>(offset);
}

fn to_rgba(luma: vec4<u32>, chroma: vec4<u32>) -> vec4<u32> {
  let cb = chroma & vec4<u32>(0xffffu);
  let cr = chroma >> vec4<u32>(16u);
  let red = byte_above(TO_RED_OFFSET, evaluate(TO_RED, luma, cb, cr));
  let green = byte_above(TO_GREEN_OFFSET, evaluate_green(luma, cb, cr));
  let blue = byte_above(TO_BLUE_OFFSET, evaluate(TO_BLUE, luma, cb, cr));
  return red | (green << vec4<u32>(8u)) | (blue << vec4<u32>(16u)) | vec4<u32>(0xff000000u);
}

fn load_quad(x: u32, y: u32) -> vec4<u32> {
  return to_rgba(load_luma(x, y), chroma_quad(x, y));
}

fn load_pixel(x: u32, y: u32) -> u32 {
  return to_rgba(vec4<u32>(load_luma_one(x, y)), vec4<u32>(chroma_one(x, y))).x;
}
