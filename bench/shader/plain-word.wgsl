// RGBA to NV12 without atomics: one invocation a word of the target, which holds four luma samples or two chroma pairs.
// A pixel is read once for luma and once for chroma. Floats, BT.709, limited range, chroma in the middle of the box.

override WIDTH: u32;
override HEIGHT: u32;

@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;

fn color_at(x: u32, y: u32) -> vec3<f32> {
  return unpack4x8unorm(source[y * WIDTH + x]).rgb;
}

fn byte_of(value: f32) -> u32 {
  return u32(clamp(round(value), 0.0, 255.0));
}

fn luma_at(x: u32, y: u32) -> u32 {
  return byte_of(16.0 + 219.0 * dot(color_at(x, y), vec3<f32>(0.2126, 0.7152, 0.0722)));
}

fn chroma_at(x: u32, y: u32) -> u32 {
  let sum = color_at(x, y) + color_at(x + 1u, y) + color_at(x, y + 1u) + color_at(x + 1u, y + 1u);
  let mean = sum / 4.0;
  let luma = dot(mean, vec3<f32>(0.2126, 0.7152, 0.0722));
  return byte_of(128.0 + 224.0 * (mean.b - luma) / 1.8556) | (byte_of(128.0 + 224.0 * (mean.r - luma) / 1.5748) << 8u);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = id.x * 4u;
  if (x >= WIDTH || id.y >= HEIGHT + HEIGHT / 2u) {
    return;
  }
  let at = (id.y * WIDTH + x) / 4u;
  if (id.y < HEIGHT) {
    target_words[at] = luma_at(x, id.y) | (luma_at(x + 1u, id.y) << 8u)
      | (luma_at(x + 2u, id.y) << 16u) | (luma_at(x + 3u, id.y) << 24u);
  } else {
    let y = (id.y - HEIGHT) * 2u;
    target_words[at] = chroma_at(x, y) | (chroma_at(x + 2u, y) << 16u);
  }
}
