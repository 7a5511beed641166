import { describe, expect, test } from 'vitest';
import { generator } from '../src/contract/random-numbers.js';
import { evaluateToByte } from '../src/exact/exact-form.js';
import { rgbToYcbcr } from '../src/exact/rgb-to-ycbcr.js';
import { ycbcrToRgb } from '../src/exact/ycbcr-to-rgb.js';
import {
  chromaCode,
  lumaCode,
  lumaSum,
  MATRICES,
  type MatrixName,
  rgbCodes,
  roundToByte,
} from './rational.js';

/**
 * A table of a rounded rational function that never falls: for each code the first argument that reaches it
 * is found with BigInt, and the codes between are filled in.
 */
function monotoneTable(from: number, to: number, code: (argument: bigint) => number): Uint8Array {
  const table = new Uint8Array(to - from + 1);
  let start = from;
  for (let value = code(BigInt(from)); ; value = code(BigInt(start))) {
    let [low, high] = [start, to + 1];
    while (low + 1 < high) {
      const middle = Math.floor((low + high) / 2);
      if (code(BigInt(middle)) > value) high = middle;
      else low = middle;
    }
    table.fill(value, start - from, high - from);
    if (high > to) return table;
    start = high;
  }
}

const TEN_THOUSANDTHS = 10_000;

describe.each(MATRICES)('%s', (matrix) => {
  test.each([false, true])('RGB to YCbCr is exact for all 2^24 colours, full range %s', (fullRange) => {
    expect(countWrongColours(matrix, fullRange)).toEqual({ luma: 0, cb: 0, cr: 0 });
  });

  test.each([false, true])('YCbCr to RGB is exact, full range %s', (fullRange) => {
    const forms = ycbcrToRgb({ matrix, fullRange });
    const random = generator(`inverse ${matrix} ${fullRange}`);
    for (let cb = 0; cb < 256; cb += 1) {
      for (let cr = 0; cr < 256; cr += 1) {
        // Whole codes at a few lumas, and sixteenths in between.
        for (const [y, cb16, cr16] of [
          [random.below(256), 16 * cb, 16 * cr],
          [(cb + cr) & 255, 16 * cb, 16 * cr],
          [random.below(256), random.below(4081), random.below(4081)],
        ] as const) {
          const codes = rgbCodes(matrix, fullRange, BigInt(y), BigInt(cb16), BigInt(cr16));
          const expected = [roundToByte(codes.r), roundToByte(codes.g), roundToByte(codes.b)];
          const { red, green, blue } = forms;
          const actual = [red, green, blue].map((form) => evaluateToByte(form, y, cb16, cr16));
          if (actual.some((value, index) => value !== expected[index]))
            expect([y, cb16, cr16, ...actual]).toEqual([y, cb16, cr16, ...expected]);
        }
      }
    }
  });

  test.each([false, true])('chroma of weighted sums is exact, full range %s', (fullRange) => {
    const random = generator(`sums ${matrix} ${fullRange}`);
    for (const weight of [4, 8, 16]) {
      const forms = rgbToYcbcr({ matrix, fullRange }, weight);
      for (let round = 0; round < 60_000; round += 1) {
        const [r, g, b] = random.triple(255 * weight + 1);
        const sum = lumaSum(matrix, BigInt(r), BigInt(g), BigInt(b));
        for (const [component, own] of [
          ['cb', b],
          ['cr', r],
        ] as const) {
          const difference = BigInt(own * TEN_THOUSANDTHS) - sum;
          const expected = roundToByte(chromaCode(matrix, component, difference, BigInt(weight), fullRange));
          const actual = evaluateToByte(forms[component], r, g, b);
          if (actual !== expected)
            expect([weight, component, r, g, b, actual]).toEqual([weight, component, r, g, b, expected]);
        }
      }
    }
  });

  test.each([false, true])('sums and quotients stay where doubles are exact, full range %s', (fullRange) => {
    const inverse = Object.values(ycbcrToRgb({ matrix, fullRange })).map(
      (form) => [form, 255, 4080] as const,
    );
    const forward = [1, 4, 8, 16].flatMap((weight) =>
      Object.values(rgbToYcbcr({ matrix, fullRange }, weight)).map(
        (form) => [form, 255 * weight, 255 * weight] as const,
      ),
    );
    for (const [{ a, b, c, k, d }, x, yz] of [...inverse, ...forward]) {
      expect(Math.abs(a) * x + (Math.abs(b) + Math.abs(c)) * yz + Math.abs(k)).toBeLessThan(2 ** 53);
      expect(d).toBeLessThan(2 ** 42);
    }
  });
});

function countWrongColours(matrix: MatrixName, fullRange: boolean): { luma: number; cb: number; cr: number } {
  const [kr, kg, kb] = [
    lumaSum(matrix, 1n, 0n, 0n),
    lumaSum(matrix, 0n, 1n, 0n),
    lumaSum(matrix, 0n, 0n, 1n),
  ].map(Number) as [number, number, number];
  const span = 255 * TEN_THOUSANDTHS;
  const luma = monotoneTable(0, span, (sum) => roundToByte(lumaCode(sum, fullRange)));
  const [cb, cr] = (['cb', 'cr'] as const).map((component) =>
    monotoneTable(-span, span, (difference) =>
      roundToByte(chromaCode(matrix, component, difference, 1n, fullRange)),
    ),
  ) as [Uint8Array, Uint8Array];
  const forms = rgbToYcbcr({ matrix, fullRange }, 4);
  const wrong = { luma: 0, cb: 0, cr: 0 };
  for (let r = 0; r < 256; r += 1) {
    for (let g = 0; g < 256; g += 1) {
      for (let b = 0; b < 256; b += 1) {
        const sum = kr * r + kg * g + kb * b;
        if (evaluateToByte(forms.luma, r, g, b) !== luma[sum]) wrong.luma += 1;
        if (evaluateToByte(forms.cb, 4 * r, 4 * g, 4 * b) !== cb[b * TEN_THOUSANDTHS - sum + span])
          wrong.cb += 1;
        if (evaluateToByte(forms.cr, 4 * r, 4 * g, 4 * b) !== cr[r * TEN_THOUSANDTHS - sum + span])
          wrong.cr += 1;
      }
    }
  }
  return wrong;
}
