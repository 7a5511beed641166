import { type ColorSpace, codeRange, MATRIX_COEFFICIENTS, type YcbcrMatrix } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chromaWeights, toRgbWords, toYcbcrWords } from '../src/backends/webgpu/color-words.js';
import { type Terms, type WordForm, wordForm } from '../src/backends/webgpu/word-form.js';

const SEED = 0x5eed5;
type Triple = readonly [number, number, number];

/** The steps of shaders/exact in wrapping 32-bit words. */
function asTheShaderDoes(form: WordForm, values: Triple): number {
  const wrap = (value: bigint): bigint => BigInt.asUintN(32, value);
  const sum = (terms: Terms): bigint =>
    wrap(
      terms[0] * BigInt(values[0]) + terms[1] * BigInt(values[1]) + terms[2] * BigInt(values[2]) + terms[3],
    );
  const quotient = sum(form.estimate) >> BigInt(form.shift);
  if (!form.wide) {
    const remainder = wrap(sum(form.exact) - quotient * form.divisor);
    return Number(quotient + (remainder >= form.divisor ? 1n : 0n) - form.offset);
  }
  const low = (terms: Terms): Terms => terms.map((one) => BigInt.asUintN(16, one)) as unknown as Terms;
  const high = (terms: Terms): Terms => terms.map((one) => one >> 16n) as unknown as Terms;
  const lowRest = BigInt.asIntN(32, sum(low(form.exact)) - quotient * BigInt.asUintN(16, form.divisor));
  const highRest = wrap(sum(high(form.exact)) - quotient * (form.divisor >> 16n) + (lowRest >> 16n));
  const remainder = (highRest << 16n) | (lowRest & 0xffffn);
  return Number(quotient + (remainder >= form.divisor ? 1n : 0n) - form.offset);
}

const roundHalfUp = (numerator: bigint, denominator: bigint): number => {
  const doubled = 2n * numerator + denominator;
  const floor = doubled / (2n * denominator);
  return Number(doubled < 0n && doubled % (2n * denominator) !== 0n ? floor - 1n : floor);
};

const MATRICES: readonly YcbcrMatrix[] = ['smpte170m', 'bt709', 'bt2020-ncl'];
const colors = MATRICES.flatMap((matrix) =>
  [false, true].flatMap((fullRange) =>
    (['left', 'center', 'topleft'] as const).map(
      (chromaLocation): ColorSpace => ({
        primaries: 'bt709',
        transfer: 'bt709',
        matrix,
        fullRange,
        chromaLocation,
      }),
    ),
  ),
);
const integers = (matrix: YcbcrMatrix): { d: bigint; r: bigint; g: bigint; b: bigint } => {
  const { kr, kg, kb } = MATRIX_COEFFICIENTS[matrix];
  const over = ({ numerator, denominator }: typeof kr): bigint =>
    BigInt(numerator) * (10_000n / BigInt(denominator));
  return { d: 10_000n, r: over(kr), g: over(kg), b: over(kb) };
};

describe.each(colors)('forms of $matrix, full range $fullRange, chroma $chromaLocation', (color) => {
  const { d, r, g, b } = integers(color.matrix as YcbcrMatrix);
  const range = codeRange(8, color.fullRange);
  const weight = { center: 4, left: 8, topleft: 16 }[color.chromaLocation];
  const forms = toYcbcrWords(color, weight);
  const back = toRgbWords(color);
  const triple = (...maxima: Triple) => fc.tuple(...maxima.map((max) => fc.nat({ max })));

  it('give the rounded luma', () => {
    fc.assert(
      fc.property(triple(255, 255, 255), (values) => {
        const [x, y, z] = values.map(BigInt) as [bigint, bigint, bigint];
        const exact = roundHalfUp(
          BigInt(range.lumaScale) * (r * x + g * y + b * z) + BigInt(range.lumaOffset) * d * 255n,
          d * 255n,
        );
        expect(asTheShaderDoes(forms.luma, values as unknown as Triple)).toBe(exact);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('give the rounded chroma of weighted sums', () => {
    const most = 255 * weight;
    fc.assert(
      fc.property(triple(most, most, most), (values) => {
        const [x, y, z] = values.map(BigInt) as [bigint, bigint, bigint];
        const chroma = (difference: bigint, k: bigint): number => {
          const below = 2n * (d - k) * 255n * BigInt(weight);
          return roundHalfUp(128n * below + BigInt(range.chromaScale) * difference, below);
        };
        const sum = r * x + g * y + b * z;
        expect(asTheShaderDoes(forms.cb, values as unknown as Triple)).toBe(chroma(d * z - sum, b));
        expect(asTheShaderDoes(forms.cr, values as unknown as Triple)).toBe(chroma(d * x - sum, r));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('give the rounded RGB, unclamped', () => {
    fc.assert(
      fc.property(triple(255, 4080, 4080), (values) => {
        const [y, u, v] = values.map(BigInt) as [bigint, bigint, bigint];
        const luma = y - BigInt(range.lumaOffset);
        const [cb, cr] = [u - 2048n, v - 2048n];
        const [ls, cs] = [BigInt(range.lumaScale), BigInt(range.chromaScale) * 16n];
        // 255 (luma / ls + 2 (1 - k) c / cs) over the common denominator ls * cs * d.
        const value = (k: bigint, c: bigint): bigint => 255n * (luma * cs * d + 2n * (d - k) * c * ls);
        const [red, blue] = [value(r, cr), value(b, cb)];
        const green = 255n * luma * cs * d * d - r * red - b * blue;
        expect(asTheShaderDoes(back.red, values as unknown as Triple)).toBe(roundHalfUp(red, ls * cs * d));
        expect(asTheShaderDoes(back.blue, values as unknown as Triple)).toBe(roundHalfUp(blue, ls * cs * d));
        expect(asTheShaderDoes(back.green, values as unknown as Triple)).toBe(
          roundHalfUp(green, ls * cs * d * g),
        );
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

describe('wordForm', () => {
  it('holds any form that it accepts, at the corners too', () => {
    const coefficient = fc.integer({ min: -2_000_000, max: 2_000_000 });
    const size = fc.integer({ min: 1, max: 4095 });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.record({
          a: coefficient,
          b: coefficient,
          c: coefficient,
          k: fc.maxSafeInteger(),
          d: fc.integer({ min: 1, max: 2 ** 46 }),
        }),
        fc.tuple(size, size, size),
        fc.tuple(part, part, part),
        ({ k, ...rest }, maxima, at) => {
          const form = { ...rest, k: k % (rest.d * 100) };
          let words: WordForm;
          try {
            words = wordForm(form, maxima);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            return;
          }
          accepted += 1;
          const inside = at.map((one, index) =>
            Math.round(one * (maxima[index] as number)),
          ) as unknown as Triple;
          for (const values of [inside, [0, 0, 0], maxima] as Triple[]) {
            const above =
              BigInt(form.a) * BigInt(values[0]) +
              BigInt(form.b) * BigInt(values[1]) +
              BigInt(form.c) * BigInt(values[2]) +
              BigInt(form.k);
            const d = BigInt(form.d);
            const floor = above / d - (above < 0n && above % d !== 0n ? 1n : 0n);
            expect(BigInt(asTheShaderDoes(words, values))).toBe(floor);
          }
        },
      ),
      { seed: SEED, numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });

  it('refuses what 32-bit words cannot hold', () => {
    expect(() => wordForm({ a: 1, b: 1, c: 1, k: 1, d: 2 ** 50 }, [9, 9, 9])).toThrow(RangeError);
    expect(() => wordForm({ a: 2 ** 40, b: 1, c: 1, k: 1, d: 1 }, [9, 9, 9])).toThrow(RangeError);
    expect(() => wordForm({ a: 1, b: 1, c: 1, k: 1, d: 2 ** 40 }, [5000, 9, 9])).toThrow(RangeError);
  });
});

describe('chromaWeights', () => {
  it.each([
    ['center', 'across', [1, 3], [3, 1]],
    ['center', 'down', [1, 3], [3, 1]],
    ['left', 'across', [0, 4], [2, 2]],
    ['left', 'down', [1, 3], [3, 1]],
    ['topleft', 'across', [0, 4], [2, 2]],
    ['topleft', 'down', [0, 4], [2, 2]],
  ] as const)('of %s %s are %j and %j', (location, axis, even, odd) => {
    expect(chromaWeights(axis, location, 'bilinear')).toEqual({ even, odd });
    expect(chromaWeights(axis, location, 'nearest')).toEqual({ even: [0, 4], odd: [4, 0] });
  });
});
