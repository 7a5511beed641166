import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carryOut, conversionPlan, formatOf } from './convert-with.js';
import { convertByFormula } from './formula.js';
import { bitsOf, type Grid, isRgb, readComponents } from './formula-frames.js';

const SIZE = { width: 16, height: 16 };
const TARGETS = ['RGBA', 'BGRA', 'NV12', 'I420', 'I422', 'I444', 'YUY2', 'UYVY'] as const;
const SOURCES = ['RGBA16F', 'P010', 'I420P10'] as const;

describe('ordered dither', () => {
  test('keeps the mean of flat colours, never a code or more away', () => {
    const property = fc.property(
      fc.constantFrom(...SOURCES),
      fc.constantFrom(...TARGETS),
      fc.tuple(fc.nat(1023), fc.nat(1023), fc.nat(1023)),
      fc.boolean(),
      (from, to, values, fullRange) => {
        const source = formatOf(from, SIZE, { fullRange });
        const target = formatOf(to, SIZE, { fullRange, matrix: fullRange ? 'bt709' : 'smpte170m' });
        const data = new Uint8Array(source.layout.byteLength);
        const words = new Uint16Array(data.buffer);
        if (from === 'RGBA16F') {
          // 0x2c00 to 0x3bff: shares of 1/16 to 1.
          for (const at of words.keys())
            words[at] = at % 4 === 3 ? 0x3c00 : 0x2c00 + ((values[at % 4] as number) << 2);
        } else {
          const lumas = SIZE.width * SIZE.height;
          const chroma = (at: number): number => {
            if (from === 'P010') return 1 + ((at - lumas) & 1);
            return at - lumas < lumas / 4 ? 1 : 2;
          };
          for (const at of words.keys())
            words[at] = (values[at < lumas ? 0 : chroma(at)] as number) << (from === 'P010' ? 6 : 0);
        }
        const plan = conversionPlan(source, target, { dither: 'ordered' });
        const made = readComponents({ data: carryOut(plan, data), layout: target.layout });
        const components = readComponents({ data, layout: source.layout });
        for (const [name, exact] of convertByFormula(components, source, target, 'bilinear')) {
          if (name === 'A') continue;
          const plane = made.get(name) as Grid;
          const wanted = exact.at(0, 0) * (isRgb(to) ? 255 : 1);
          // An 8×8 square has every threshold once; what goes before has at most 1/50 of a code.
          const columns = Math.min(plane.width, 8);
          let sum = 0;
          for (let y = 0; y < 8; y += 1) {
            for (let x = 0; x < columns; x += 1) {
              sum += plane.at(x, y);
              expect(Math.abs(plane.at(x, y) - wanted)).toBeLessThan(1.02);
            }
          }
          expect(Math.abs(sum / (8 * columns) - wanted)).toBeLessThanOrEqual(1 / 64 + 1 / 50);
        }
      },
    );
    fc.assert(property, { seed: 40, numRuns: 300 });
  });

  test.each(['NV12', 'RGBA'] as const)('does nothing where depth doesn’t go down: NV12 to %s', (to) => {
    const source = formatOf('NV12', SIZE);
    const target = formatOf(to, SIZE, { fullRange: true });
    const data = Uint8Array.from({ length: source.layout.byteLength }, (_, at) => (at * 37) & 255);
    expect(bitsOf(to)).toBe(8);
    expect(carryOut(conversionPlan(source, target, { dither: 'ordered' }), data)).toEqual(
      carryOut(conversionPlan(source, target), data),
    );
  });
});
