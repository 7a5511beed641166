// Frames that give an encoder work: a detailed texture that pans under moving discs, with fresh grain in each.

/** Pixels that the texture moves from one frame to the next. */
const PAN = { x: 6, y: 2 };

/** A 32-bit generator (Marsaglia's xorshift), so that a seed gives the same frames everywhere. */
function randomGenerator(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Value noise of several octaves: `cell` pixels between random values, linear between them. */
function addNoise(
  target: Float32Array,
  width: number,
  height: number,
  cell: number,
  gain: number,
  random: () => number,
) {
  const columns = Math.ceil(width / cell) + 2;
  const lattice = Float32Array.from(
    { length: columns * (Math.ceil(height / cell) + 2) },
    () => (random() / 2 ** 32) * gain,
  );
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell) * columns;
    const fy = (y % cell) / cell;
    for (let x = 0; x < width; x++) {
      const at = row + Math.floor(x / cell);
      const fx = (x % cell) / cell;
      const top = (lattice[at] ?? 0) * (1 - fx) + (lattice[at + 1] ?? 0) * fx;
      const bottom = (lattice[at + columns] ?? 0) * (1 - fx) + (lattice[at + columns + 1] ?? 0) * fx;
      target[y * width + x] = (target[y * width + x] ?? 0) + top * (1 - fy) + bottom * fy;
    }
  }
}

function texture(width: number, height: number, seed: number): Uint32Array {
  const random = randomGenerator(seed);
  const luma = new Float32Array(width * height);
  for (const [cell, gain] of [
    [256, 110],
    [64, 60],
    [16, 40],
    [5, 25],
    [2, 22],
  ] as const)
    addNoise(luma, width, height, cell, gain, random);
  const tint = new Float32Array(width * height);
  addNoise(tint, width, height, 180, 120, random);
  return Uint32Array.from(luma, (value, at) => {
    const shift = (tint[at] ?? 0) - 60;
    const [r, g, b] = [clamp(value + shift), clamp(value), clamp(value - shift)];
    return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  });
}

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/**
 * Makes RGBA frames, all different, that loop without a jump larger than any other.
 *
 * @param options size in pixels, how many, and the seed
 */
export function makeFrames(options: {
  width: number;
  height: number;
  count: number;
  seed: number;
}): Uint8Array[] {
  const { width, height, count, seed } = options;
  const wide = width + PAN.x * count;
  const base = texture(wide, height + PAN.y * count, seed);
  const random = randomGenerator(seed + 1);
  return Array.from({ length: count }, (_, index) => {
    const pixels = new Uint32Array(width * height);
    // There and back again, so that the first frame can follow the last.
    const step = Math.abs(((2 * index) % (2 * count)) - count);
    for (let y = 0; y < height; y++) {
      const from = (y + step * PAN.y) * wide + step * PAN.x;
      pixels.set(base.subarray(from, from + width), y * width);
    }
    for (let disc = 0; disc < 6; disc++) drawDisc(pixels, width, height, disc, (index / count) * 2 * Math.PI);
    for (let grain = 0; grain < (width * height) / 16; grain++) {
      const at = random() % pixels.length;
      pixels[at] = ((pixels[at] ?? 0) & 0xfff8f8f8) | (random() & 0x00070707) | 0xff000000;
    }
    return new Uint8Array(pixels.buffer);
  });
}

function drawDisc(pixels: Uint32Array, width: number, height: number, disc: number, angle: number): void {
  const radius = Math.round(height / (9 + disc));
  const centerX = Math.round(width * (0.5 + 0.4 * Math.cos(angle + disc)));
  const centerY = Math.round(height * (0.5 + 0.4 * Math.sin(angle * (1 + (disc % 2)) + disc)));
  const color = (0xff000000 | (0x3f5a2d * (disc + 1))) >>> 0;
  for (let y = Math.max(0, centerY - radius); y < Math.min(height, centerY + radius); y++) {
    const half = Math.floor(Math.sqrt(radius * radius - (y - centerY) ** 2));
    pixels.fill(
      color,
      y * width + Math.max(0, centerX - half),
      y * width + Math.min(width, Math.max(0, centerX + half)),
    );
  }
}
