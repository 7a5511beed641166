import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireShared } from '../../../scripts/testing/require.js';
import {
  BT601,
  BT709,
  BT2020,
  type ColorField,
  type ColorSpace,
  codeRange,
  guessColorSpace,
  MATRIX_COEFFICIENTS,
} from '../src/index.js';

const fields: ColorField[] = ['primaries', 'transfer', 'matrix', 'fullRange', 'chromaLocation'];

describe('guessColorSpace', () => {
  it('keeps every tag and names exactly the others', () => {
    const any = fc.constantFrom<ColorSpace>(BT601, BT709, BT2020, { ...BT709, fullRange: true });
    fc.assert(
      fc.property(any, fc.subarray(fields), fc.integer({ min: 1, max: 4320 }), (color, known, height) => {
        const tags = Object.fromEntries(known.map((field) => [field, color[field]])) as Partial<ColorSpace>;
        const guess = guessColorSpace(tags, height);
        expect(guess.guessed).toEqual(fields.filter((field) => !known.includes(field)));
        for (const field of known) expect(guess.color[field]).toBe(color[field]);
      }),
    );
  });

  it.each([
    [480, BT601],
    [719, BT601],
    [720, BT709],
    [2160, BT709],
  ])('takes untagged video of %d lines for the documented one', (height, expected) => {
    expect(guessColorSpace({}, height).color).toEqual(expected);
  });

  it('chooses the rest of the family that a matrix or primaries belong to', () => {
    expect(guessColorSpace({ matrix: 'bt709' }, 480).color).toEqual(BT709);
    expect(guessColorSpace({ primaries: 'bt2020' }, 480).color).toEqual(BT2020);
    expect(guessColorSpace({ transfer: 'pq' }, 2160).color).toEqual({ ...BT2020, transfer: 'pq' });
    expect(guessColorSpace({ matrix: 'bt470bg' }, 2160).color.primaries).toBe('bt470bg');
  });
});

describe('matrix coefficients', () => {
  it('add up to one', () => {
    for (const { kr, kg, kb } of Object.values(MATRIX_COEFFICIENTS)) {
      const scale = 10_000;
      expect([kr, kg, kb].reduce((sum, k) => sum + (k.numerator * scale) / k.denominator, 0)).toBe(scale);
    }
  });

  const vectors = requireShared('vectors/color-bars.json');
  it.runIf(vectors !== undefined)('give the code values of colour bars', () => {
    const { bars } = JSON.parse(readFileSync(vectors as string, 'utf8'));
    const rgb: Record<string, number[]> = {
      white: [1, 1, 1],
      yellow: [1, 1, 0],
      cyan: [0, 1, 1],
      green: [0, 1, 0],
      magenta: [1, 0, 1],
      red: [1, 0, 0],
      blue: [0, 0, 1],
      black: [0, 0, 0],
    };
    for (const bar of bars) {
      const { kr, kg, kb } = MATRIX_COEFFICIENTS[bar.matrix as 'bt709'];
      const range = codeRange(bar.bits, bar.fullRange);
      const [above, below] = `${bar.level}/1`.split('/').map(Number) as [number, number];
      for (const [name, codes] of Object.entries(bar.colors)) {
        const [r, g, b] = (rgb[name] as number[]).map((v) => BigInt(v * above)) as [bigint, bigint, bigint];
        const [nr, ng, nb] = [kr, kg, kb].map((k) => BigInt((k.numerator * 10_000) / k.denominator)) as [
          bigint,
          bigint,
          bigint,
        ];
        const y = nr * r + ng * g + nb * b;
        const scale = 10_000n * BigInt(below);
        const half = (n: bigint, d: bigint): number =>
          Number((2n * n + d - ((((2n * n + d) % (2n * d)) + 2n * d) % (2n * d))) / (2n * d));
        const chroma = (c: bigint, k: bigint): number =>
          Math.min(
            range.maximum,
            range.chromaOffset +
              half(BigInt(range.chromaScale) * (10_000n * c - y), 2n * (10_000n - k) * BigInt(below)),
          );
        expect([
          range.lumaOffset + half(BigInt(range.lumaScale) * y, scale),
          chroma(b, nb),
          chroma(r, nr),
        ]).toEqual(codes);
      }
    }
  });
});
