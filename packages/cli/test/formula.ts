// Colour bars converted by the standards' formula in whole numbers, independent of the packages.

/** Luma coefficients in ten-thousandths. */
const MATRICES = { bt601: [2990n, 1140n], bt709: [2126n, 722n], bt2020: [2627n, 593n] } as const;

export type MatrixName = keyof typeof MATRICES;

/** 100 % bars, then a few colours in between. */
export const COLORS: readonly (readonly [number, number, number])[] = [
  [255, 255, 255],
  [255, 255, 0],
  [0, 255, 255],
  [0, 255, 0],
  [255, 0, 255],
  [255, 0, 0],
  [0, 0, 255],
  [0, 0, 0],
  [128, 128, 128],
  [17, 99, 201],
  [250, 3, 77],
];

/** Y, Cb, Cr of a flat colour, rounded half up. */
function ycbcr(
  rgb: readonly [number, number, number],
  name: MatrixName,
  fullRange: boolean,
): [number, number, number] {
  const [kr, kb] = MATRICES[name];
  const [r, g, b] = rgb.map(BigInt) as [bigint, bigint, bigint];
  const luma = kr * r + (10_000n - kr - kb) * g + kb * b;
  const [lumaOffset, lumaScale, chromaScale] = fullRange ? [0n, 255n, 255n] : [16n, 219n, 224n];
  const chroma = (component: bigint, k: bigint): number =>
    clamp(128n + roundedQuotient(chromaScale * (10_000n * component - luma), 2n * (10_000n - k) * 255n));
  return [
    clamp(lumaOffset + roundedQuotient(lumaScale * luma, 10_000n * 255n)),
    chroma(b, kb),
    chroma(r, kr),
  ];
}

/** Quotient of integers, halves up, the divisor positive. */
function roundedQuotient(a: bigint, b: bigint): bigint {
  const [n, d] = [2n * a + b, 2n * b];
  return n / d - (n % d < 0n ? 1n : 0n);
}

const clamp = (value: bigint): number => Number(value < 0n ? 0n : value > 255n ? 255n : value);

/** An RGBA frame of 2×2 blocks, one for each colour, in a row. */
export function colorBlocks(): Uint8Array {
  const width = COLORS.length * 2;
  const frame = new Uint8Array(width * 2 * 4);
  for (const [index, rgb] of COLORS.entries()) {
    for (const pixel of [index * 2, index * 2 + 1, width + index * 2, width + index * 2 + 1])
      frame.set([...rgb, 255], pixel * 4);
  }
  return frame;
}

/** The same frame as NV12, with chroma in the middle of each block. */
export function colorBlocksNv12(name: MatrixName, fullRange: boolean): Uint8Array {
  const codes = COLORS.map((rgb) => ycbcr(rgb, name, fullRange));
  const row = codes.flatMap(([y]) => [y, y]);
  return Uint8Array.from([...row, ...row, ...codes.flatMap(([, cb, cr]) => [cb, cr])]);
}
