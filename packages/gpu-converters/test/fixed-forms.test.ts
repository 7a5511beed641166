import { type ColorSpace, codeRange } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halfRow } from '../src/backends/reference/color-forms.js';
import { loadForm, storeForm } from '../src/exact/fixed-forms.js';
import { numberToHalf } from '../src/exact/half-float.js';
import type { FixedForm } from '../src/plan/work.js';

/** Kr and Kb in ten-thousandths, as the standards print them. */
const COEFFICIENTS = {
  smpte170m: [2990n, 1140n],
  bt709: [2126n, 722n],
  'bt2020-ncl': [2627n, 593n],
} as const;
const ONE = 10_000n;

const color = fc.record({
  matrix: fc.constantFrom('smpte170m', 'bt709', 'bt2020-ncl'),
  fullRange: fc.boolean(),
});
const bits = fc.constantFrom(8, 10);
const depth = fc.constantFrom(8, 16);
/** What is white, and how far a loaded row may be from the formula. */
const LOADS = {
  8: { white: 255, bound: 1 / 50 },
  16: { white: 65_535, bound: 1 / 50_000 },
  half: { white: 2 ** 24, bound: 1 / 120 },
} as const;

/** Often at the ends. */
const upTo = (largest: number) =>
  fc.oneof(fc.integer({ min: 0, max: largest }), fc.constantFrom(0, largest, Math.floor(largest / 2)));

interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

/** A row before it is rounded. Stored pixels of 16 bits have factors with 8 more bits, and are split into bytes; what is loaded at 16 bits has 16 more. */
function rowValue(
  { shift, coefficients, fractions }: FixedForm,
  row: number,
  components: readonly number[],
  isWide = false,
): Fraction {
  const factors = [...coefficients.subarray(4 * row, 4 * row + 4)].map(BigInt);
  const k = factors.pop() as bigint;
  const products = (values: readonly number[]): bigint =>
    values.reduce((sum, value, index) => sum + (factors[index] as bigint) * BigInt(value), 0n);
  if (fractions !== undefined) {
    const [u, v, w, f] = [...fractions.subarray(4 * row, 4 * row + 4)].map(BigInt) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    const [a, b, c] = components.map(BigInt) as [bigint, bigint, bigint];
    const low = u * a + v * b + w * c + f;
    expect(low).toBeLessThan(1n << 32n);
    return { n: ((products(components) + k) << 16n) + low, d: 1n << BigInt(shift + 16) };
  }
  const n = isWide
    ? products(components.map((value) => value >> 8)) +
      (products(components.map((value) => value & 255)) >> 8n)
    : products(components);
  return { n: n + k, d: 1n << BigInt(shift) };
}

/** A difference as a number; both are exact up to here. */
const difference = (a: Fraction, b: Fraction): number =>
  Number(((a.n * b.d - b.n * a.d) * 1_000_000_000n) / (a.d * b.d)) / 1e9;

/** Y, Cb and Cr in codes, of R, G and B in steps of `largest`. */
function toCodes(
  { matrix, fullRange }: Pick<ColorSpace, 'matrix' | 'fullRange'>,
  ofBits: 8 | 10,
  largest: number,
  rgb: readonly number[],
): Fraction[] {
  const [kr, kb] = COEFFICIENTS[matrix as keyof typeof COEFFICIENTS];
  const [r, g, b] = rgb.map(BigInt) as [bigint, bigint, bigint];
  const range = codeRange(ofBits, fullRange);
  const luma = kr * r + (ONE - kr - kb) * g + kb * b;
  const chroma = (channel: bigint, k: bigint): Fraction => {
    const d = 2n * (ONE - k) * BigInt(largest);
    return { n: BigInt(range.chromaOffset) * d + BigInt(range.chromaScale) * (ONE * channel - luma), d };
  };
  const d = ONE * BigInt(largest);
  return [
    { n: BigInt(range.lumaOffset) * d + BigInt(range.lumaScale) * luma, d },
    chroma(b, kb),
    chroma(r, kr),
  ];
}

/** R, G and B in steps of `largest`, of Y and sixteenths of Cb and Cr. */
function toPixel(
  { matrix, fullRange }: Pick<ColorSpace, 'matrix' | 'fullRange'>,
  ofBits: 8 | 10,
  largest: number,
  ycc: readonly number[],
): Fraction[] {
  const [kr, kb] = COEFFICIENTS[matrix as keyof typeof COEFFICIENTS];
  const range = codeRange(ofBits, fullRange);
  const [y, cb, cr] = ycc.map(BigInt) as [bigint, bigint, bigint];
  const white = BigInt(largest);
  const [scale, chromaScale] = [BigInt(range.lumaScale), BigInt(range.chromaScale) * 16n];
  const d = scale * chromaScale * ONE;
  const luma = (y - BigInt(range.lumaOffset)) * white * chromaScale * ONE;
  const middle = 16n * BigInt(range.chromaOffset);
  const red = luma + 2n * (ONE - kr) * (cr - middle) * white * scale;
  const blue = luma + 2n * (ONE - kb) * (cb - middle) * white * scale;
  const kg = ONE - kr - kb;
  return [
    { n: red, d },
    { n: luma * ONE - kr * red - kb * blue, d: d * kg },
    { n: blue, d },
  ];
}

describe('fixed-point forms', () => {
  test('of loading come as near as they say', () => {
    const property = fc.property(
      color,
      bits,
      fc.constantFrom<8 | 16 | 'half'>(8, 16, 'half'),
      fc.infiniteStream(fc.nat()),
      (own, ofBits, ofDepth, numbers) => {
        const form = loadForm(own, ofBits, ofDepth);
        const { white, bound } = LOADS[ofDepth];
        const { maximum } = codeRange(ofBits, own.fullRange);
        const take = (largest: number): number => {
          const { value } = numbers.next();
          return value % 3 === 0 ? (value % 2) * largest : value % (largest + 1);
        };
        for (let run = 0; run < 200; run += 1) {
          const ycc = [take(maximum), take(16 * maximum), take(16 * maximum)];
          const exact = toPixel(own, ofBits, white, ycc);
          for (const row of [0, 1, 2]) {
            const { n, d } = rowValue(form, row, ycc);
            // Half floats in steps of 2^-24.
            const value = ofDepth === 'half' ? { n: n * BigInt(white), d } : { n, d };
            expect(Math.abs(difference(value, exact[row] as Fraction))).toBeLessThanOrEqual(bound);
            // Sums fit 32 signed bits, with the rounding of 16 bits too.
            const bits = BigInt(form.shift);
            expect((n << bits) / d + (1n << (bits - 1n))).toBeLessThan(1n << 31n);
            expect((n << bits) / d).toBeGreaterThan(-(1n << 31n));
          }
        }
      },
    );
    fc.assert(property, { seed: 71, numRuns: 120 });
  });

  test('of storing come as near as they say, for pixels and for weighted sums', () => {
    const property = fc.property(
      color,
      bits,
      depth,
      fc.constantFrom(1, 2, 4, 8, 16),
      fc.array(fc.tuple(upTo(65_535), upTo(65_535), upTo(65_535)), { minLength: 100, maxLength: 100 }),
      (own, ofBits, ofDepth, weight, pixels) => {
        const largest = ofDepth === 8 ? 255 : 65_535;
        const total = ofDepth === 8 ? weight : 1;
        const form = storeForm(own, ofBits, ofDepth, total);
        for (const pixel of pixels) {
          const rgb = pixel.map((value) => value % (largest + 1)) as [number, number, number];
          const sums = pixel.map((value) => value % (largest * total + 1)) as [number, number, number];
          const isWide = ofDepth === 16;
          const above = [
            difference(rowValue(form, 0, rgb, isWide), toCodes(own, ofBits, largest, rgb)[0] as Fraction),
            ...[1, 2].map((row) =>
              difference(
                rowValue(form, row, sums, isWide),
                toCodes(own, ofBits, largest * total, sums)[row] as Fraction,
              ),
            ),
          ];
          // Never below, so that halves round up.
          expect(Math.min(...above)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...above)).toBeLessThanOrEqual(1 / 80);
        }
      },
    );
    fc.assert(property, { seed: 72, numRuns: 200 });
  });

  test('keep greys: every grey of loading is the rounded luma, every grey of storing has no colour', () => {
    for (const matrix of Object.keys(COEFFICIENTS) as (keyof typeof COEFFICIENTS)[]) {
      for (const fullRange of [false, true]) {
        for (const ofBits of [8, 10] as const) {
          const range = codeRange(ofBits, fullRange);
          for (const ofDepth of [8, 16] as const) {
            const largest = ofDepth === 8 ? 255 : 65_535;
            const load = loadForm({ matrix, fullRange }, ofBits, ofDepth);
            const store = storeForm({ matrix, fullRange }, ofBits, ofDepth, 1);
            const rounded = (form: FixedForm, row: number, components: number[], isWide = false): number => {
              const { n, d } = rowValue(form, row, components, isWide);
              return Number((2n * n + d) / (2n * d));
            };
            for (let luma = range.lumaOffset; luma <= range.lumaOffset + range.lumaScale; luma += 1) {
              const middle = 16 * range.chromaOffset;
              const exact = Math.floor(((luma - range.lumaOffset) * largest) / range.lumaScale + 0.5);
              const grey = [0, 1, 2].map((row) => rounded(load, row, [luma, middle, middle]));
              if (grey.some((value) => value !== exact)) expect(grey).toEqual([exact, exact, exact]);
              const back = [0, 1, 2].map((row) => rounded(store, row, [exact, exact, exact], ofDepth === 16));
              const codes = [luma, range.chromaOffset, range.chromaOffset];
              // Eight bits of pixels don't hold ten of codes.
              if (ofDepth === 8 && (ofBits === 10 || range.lumaScale > 255)) codes[0] = back[0] as number;
              if (back.some((value, index) => value !== codes[index])) expect(back).toEqual(codes);
            }
          }
        }
      }
    }
  });

  test('of half floats have black at 0 and white at 1', () => {
    for (const matrix of Object.keys(COEFFICIENTS) as (keyof typeof COEFFICIENTS)[]) {
      for (const fullRange of [false, true]) {
        for (const ofBits of [8, 10] as const) {
          const { lumaOffset, lumaScale, chromaOffset } = codeRange(ofBits, fullRange);
          const form = loadForm({ matrix, fullRange }, ofBits, 'half');
          for (const row of [0, 1, 2] as const) {
            const half = halfRow(form, row);
            const grey = (luma: number): number => half(luma, 16 * chromaOffset, 16 * chromaOffset, 0, 0);
            expect([grey(lumaOffset), grey(lumaOffset + lumaScale)]).toEqual([0, 0x3c00]);
            for (let luma = 0; luma < 2 ** ofBits; luma += 1) {
              const share = Math.min(Math.max((luma - lumaOffset) / lumaScale, 0), 1);
              if (grey(luma) !== numberToHalf(share))
                expect([luma, grey(luma)]).toEqual([luma, numberToHalf(share)]);
            }
          }
        }
      }
    }
  });

  test('fit 32 signed bits wherever their result isn’t cut off', () => {
    const property = fc.property(
      color,
      bits,
      depth,
      fc.constantFrom(1, 4, 16),
      (own, ofBits, ofDepth, weight) => {
        const { coefficients, shift } = storeForm(own, ofBits, ofDepth, ofDepth === 8 ? weight : 1);
        const half = 2 ** (shift - 1);
        for (const row of [0, 1, 2]) {
          // At 16 bits the upper bytes and the lower ones are summed apart.
          const largest = 255 * (ofDepth === 8 && row > 0 ? weight : 1);
          const [a, b, c, k] = [...coefficients.subarray(4 * row, 4 * row + 4)] as [
            number,
            number,
            number,
            number,
          ];
          const least = [a, b, c].reduce((sum, factor) => sum + Math.min(factor, 0) * largest, 0);
          const most = [a, b, c].reduce((sum, factor) => sum + Math.max(factor, 0) * largest, 0);
          expect(least).toBeGreaterThanOrEqual(-(2 ** 31));
          expect(most).toBeLessThan(2 ** 31);
          // With the offset, and with all of a code that dither can add.
          const lower = ofDepth === 16 ? [least / 256, most / 256] : [0, 0];
          expect(least + (lower[0] as number) + k).toBeGreaterThanOrEqual(-(2 ** 31));
          expect(most + (lower[1] as number) + k + 2 * half).toBeLessThan(2 ** 31);
        }
      },
    );
    fc.assert(property, { seed: 73, numRuns: 200 });
  });
});
