import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planConversion } from '../src/index.js';
import { at, cut, format, formatOf, make, rounding, run, type Shares, SIZE, seeds, share } from './shares.js';

const picture = (seed: number, width = SIZE.width, height = SIZE.height) => ({
  data: Uint8Array.from(
    { length: 4 * width * height },
    (_, index) => (Math.imul(index + 1, 2_654_435_761 + 2 * seed) >>> 13) & 255,
  ),
  width,
  height,
});
const sharesOf = ({ data, width, height }: ReturnType<typeof picture>): Shares =>
  make(width, height, (x, y) =>
    [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)].map((byte) => byte / 255),
  );

describe('transitions', () => {
  test('a dissolve mixes all channels by its amount', () => {
    const property = fc.property(format, seeds, share, (of, seed, amount) => {
      const other = picture(seed);
      const { codes } = run(of, seed, [{ type: 'dissolve', other, amount }], (frame) =>
        make(SIZE.width, SIZE.height, (x, y) =>
          at(frame, x, y).map(
            (value, index) => value + amount * ((at(sharesOf(other), x, y)[index] as number) - value),
          ),
        ),
      );
      // Amounts are taken in 256ths.
      expect(codes).toBeLessThanOrEqual(rounding(of) + 0.5);
    });
    fc.assert(property, { seed: 101, numRuns: 150 });
  });

  test('a wipe’s edge goes from one end to the other, with its ramp', () => {
    const property = fc.property(
      seeds,
      share,
      share,
      fc.constantFrom('left', 'right', 'up', 'down'),
      (seed, amount, softness, direction) => {
        const other = picture(seed);
        const isAcross = direction === 'left' || direction === 'right';
        const size = isAcross ? SIZE.width : SIZE.height;
        const { codes, plan } = run(
          'RGBA',
          seed,
          [{ type: 'wipe', other, amount, direction, softness }],
          (frame) =>
            make(SIZE.width, SIZE.height, (x, y) => {
              const along = isAcross ? x : y;
              const middle = direction === 'right' || direction === 'down' ? along + 0.5 : size - along - 0.5;
              const ramp = softness * size;
              const passed = amount * (size + ramp) - middle;
              const weight = ramp === 0 ? (passed > 0 ? 1 : 0) : cut(passed / ramp);
              return at(frame, x, y).map(
                (value, index) => value + weight * ((at(sharesOf(other), x, y)[index] as number) - value),
              );
            }),
        );
        expect(codes).toBeLessThanOrEqual(1.01);
        if (amount === 0) expect(plan.operations).toEqual([]);
        if (amount === 1) expect(codes).toBeLessThan(1e-9);
      },
    );
    fc.assert(property, { seed: 102, numRuns: 300 });
  });

  test('a wipe only goes on', () => {
    const property = fc.property(
      share,
      share,
      share,
      fc.constantFrom('left', 'down'),
      (a, b, softness, direction) => {
        const weights = (amount: number): Uint16Array => {
          const source = formatOf('RGBA', SIZE, 'bt709');
          const plan = planConversion(source, source, {
            operations: [{ type: 'wipe', other: picture(1), amount, direction, softness }],
          });
          const [step] = plan.operations;
          return step?.type === 'mix'
            ? step.weights
            : new Uint16Array(direction === 'left' ? SIZE.width : SIZE.height);
        };
        const [less, more] = [weights(Math.min(a, b)), weights(Math.max(a, b))];
        expect(less.every((weight, index) => weight <= (more[index] as number))).toBe(true);
      },
    );
    fc.assert(property, { seed: 103, numRuns: 200 });
  });
});

describe('overlays', () => {
  test('premultiplied pictures lie as straight ones do', () => {
    const property = fc.property(
      format,
      seeds,
      fc.integer({ min: -4, max: 9 }),
      fc.integer({ min: -4, max: 9 }),
      share,
      fc.constantFrom('normal', 'multiply', 'screen'),
      (of, seed, x, y, opacity, blend) => {
        const straight = picture(seed, 5, 4);
        const data = straight.data.map((value, index) => {
          const alpha = straight.data[(index & ~3) + 3] as number;
          return index % 4 === 3 ? value : Math.round((value * alpha) / 255);
        });
        const { codes } = run(
          of,
          seed,
          [{ type: 'overlay', image: { ...straight, data }, x, y, opacity, premultiplied: true, blend }],
          (frame) =>
            make(SIZE.width, SIZE.height, (column, row) => {
              const [u, v] = [column - x, row - y];
              const below = at(frame, column, row);
              if (u < 0 || v < 0 || u >= 5 || v >= 4) return below;
              const above = at(sharesOf(straight), u, v);
              const alpha = ((above[3] as number) * Math.round(opacity * 255)) / 255;
              return below.map((d, channel) => {
                const s = above[channel] as number;
                if (channel === 3) return alpha + d * (1 - alpha);
                const blended = blend === 'normal' ? s : blend === 'multiply' ? s * d : s + d - s * d;
                return alpha * blended + (1 - alpha) * d;
              });
            }),
        );
        // Premultiplied bytes know their colours to half a code, times what alpha is.
        expect(codes).toBeLessThanOrEqual(2.2);
      },
    );
    fc.assert(property, { seed: 104, numRuns: 300 });
  });
});
