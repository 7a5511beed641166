// The standards' rational formulas on every colour once, in integers that doubles hold exactly: no quotient comes nearer
// to the integer above it than one part of its divisor, which is far more than a division errs by.

/** Side of an image that has each of the 2^24 colours once. */
export const SIDE = 4096;
export const COLOURS = SIDE * SIDE;

/** The matrices that are compared, with Kr, Kg, Kb in ten-thousandths. */
export const MATRICES = {
  bt601: [2990, 5870, 1140],
  bt709: [2126, 7152, 722],
} as const satisfies Record<string, readonly [number, number, number]>;

/** Name of a matrix. */
export type MatrixName = keyof typeof MATRICES;

/** Every colour as RGBA. */
export function everyRgb(): Uint8Array {
  const pixels = new Uint8Array(4 * COLOURS);
  new Uint32Array(pixels.buffer).forEach((_, index, words) => {
    words[index] = (0xff000000 | index) >>> 0;
  });
  return pixels;
}

/** Every triple of codes as three planes. */
export function everyYcbcr(): Uint8Array {
  const planes = new Uint8Array(3 * COLOURS);
  for (let index = 0; index < COLOURS; index += 1) {
    planes[index] = index;
    planes[COLOURS + index] = index >> 8;
    planes[2 * COLOURS + index] = index >> 16;
  }
  return planes;
}

/** `numerator / denominator` rounded half up, inside a byte. */
function code(numerator: number, denominator: number): number {
  return Math.min(Math.max(Math.floor((2 * numerator + denominator) / (2 * denominator)), 0), 255);
}

/** What `everyRgb` becomes in limited range, as three planes. */
export function forwardReference(matrix: MatrixName): Uint8Array {
  const [kr, kg, kb] = MATRICES[matrix];
  const planes = new Uint8Array(3 * COLOURS);
  const [cbDivisor, crDivisor] = [kb, kr].map((k) => 2 * (10_000 - k) * 255) as [number, number];
  for (let index = 0; index < COLOURS; index += 1) {
    const [r, g, b] = [index & 255, (index >> 8) & 255, index >> 16];
    const luma = kr * r + kg * g + kb * b;
    planes[index] = code(219 * luma + 16 * 2_550_000, 2_550_000);
    planes[COLOURS + index] = code(224 * (10_000 * b - luma) + 128 * cbDivisor, cbDivisor);
    planes[2 * COLOURS + index] = code(224 * (10_000 * r - luma) + 128 * crDivisor, crDivisor);
  }
  return planes;
}

/** What `everyYcbcr` becomes from limited range, as RGBA. */
export function inverseReference(matrix: MatrixName): Uint8Array {
  const [kr, kg, kb] = MATRICES[matrix];
  const pixels = new Uint8Array(4 * COLOURS);
  const divisor = 219 * 224 * 10_000;
  for (let index = 0; index < COLOURS; index += 1) {
    const luma = 255 * ((index & 255) - 16) * 224 * 10_000;
    const red = luma + 2 * (10_000 - kr) * 255 * ((index >> 16) - 128) * 219;
    const blue = luma + 2 * (10_000 - kb) * 255 * (((index >> 8) & 255) - 128) * 219;
    pixels[4 * index] = code(red, divisor);
    pixels[4 * index + 1] = code(10_000 * luma - kr * red - kb * blue, kg * divisor);
    pixels[4 * index + 2] = code(blue, divisor);
    pixels[4 * index + 3] = 255;
  }
  return pixels;
}

/** How far results are from the reference. */
export interface Errors {
  /** Of samples (alpha is none), in percent. */
  readonly mismatches: number;
  /** In codes. */
  readonly largest: number;
}

/** Compares samples; with `pixels` every fourth byte is alpha. */
export function errorsOf(actual: Uint8Array, expected: Uint8Array, pixels: boolean): Errors {
  if (actual.length !== expected.length)
    throw new Error(`Expected ${expected.length} bytes of a converter but received ${actual.length}`);
  let [wrong, samples, largest] = [0, 0, 0];
  for (let index = 0; index < expected.length; index += 1) {
    if (pixels && (index & 3) === 3) continue;
    samples += 1;
    const error = Math.abs((actual[index] as number) - (expected[index] as number));
    if (error === 0) continue;
    wrong += 1;
    if (error > largest) largest = error;
  }
  return { mismatches: (100 * wrong) / samples, largest };
}
