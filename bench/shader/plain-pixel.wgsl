// RGBA to NV12 as one writes it in ten minutes: one invocation a pixel. Storage buffers have no bytes, so each pixel
// puts its luma into its word with atomicOr, and the first pixel of each 2×2 box puts in the box's chroma; the target
// has to be cleared before. Floats, BT.709, limited range, chroma in the middle of the box.

override WIDTH: u32;
override HEIGHT: u32;

@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> target_words: array<atomic<u32>>;

fn color_at(x: u32, y: u32) -> vec3<f32> {
  return unpack4x8unorm(source[y * WIDTH + x]).rgb;
}

fn store_byte(at: u32, value: f32) {
  let byte = u32(clamp(round(value), 0.0, 255.0));
  atomicOr(&target_words[at / 4u], byte << (8u * (at % 4u)));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= WIDTH || id.y >= HEIGHT) {
    return;
  }
  let color = color_at(id.x, id.y);
  store_byte(id.y * WIDTH + id.x, 16.0 + 219.0 * dot(color, vec3<f32>(0.2126, 0.7152, 0.0722)));
  if (id.x % 2u == 0u && id.y % 2u == 0u) {
    let sum = color + color_at(id.x + 1u, id.y) + color_at(id.x, id.y + 1u) + color_at(id.x + 1u, id.y + 1u);
    let mean = sum / 4.0;
    let luma = dot(mean, vec3<f32>(0.2126, 0.7152, 0.0722));
    let at = WIDTH * HEIGHT + (id.y / 2u) * WIDTH + id.x;
    store_byte(at, 128.0 + 224.0 * (mean.b - luma) / 1.8556);
    store_byte(at + 1u, 128.0 + 224.0 * (mean.r - luma) / 1.5748);
  }
}
