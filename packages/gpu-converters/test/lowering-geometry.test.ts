import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Operation, planConversion } from '../src/index.js';
import { at, format, formatOf, make, rounding, run, type Shares, SIZE, seeds, share } from './shares.js';

describe('geometry', () => {
  test('crop, pad, flip, rotate and solid move pixels and nothing else', () => {
    const fill = fc.tuple(share, share, share, share);
    const operation: fc.Arbitrary<readonly [Operation, (frame: Shares) => Shares]> = fc.oneof(
      fc
        .record({
          x: fc.nat(4),
          y: fc.nat(3),
          width: fc.integer({ min: 1, max: 4 }),
          height: fc.integer({ min: 1, max: 3 }),
        })
        .map(
          (part) =>
            [
              { type: 'crop', ...part },
              (frame: Shares) => make(part.width, part.height, (x, y) => at(frame, x + part.x, y + part.y)),
            ] as const,
        ),
      fc.record({ left: fc.nat(3), top: fc.nat(3), right: fc.nat(3), bottom: fc.nat(3), fill }).map(
        (pad) =>
          [
            { type: 'pad', ...pad },
            (frame: Shares) =>
              make(frame.width + pad.left + pad.right, frame.height + pad.top + pad.bottom, (x, y) => {
                const [u, v] = [x - pad.left, y - pad.top];
                return u >= 0 && v >= 0 && u < frame.width && v < frame.height ? at(frame, u, v) : pad.fill;
              }),
          ] as const,
      ),
      fc
        .constantFrom('horizontal' as const, 'vertical' as const)
        .map(
          (axis) =>
            [
              { type: 'flip', axis },
              (frame: Shares) =>
                make(frame.width, frame.height, (x, y) =>
                  axis === 'horizontal'
                    ? at(frame, frame.width - 1 - x, y)
                    : at(frame, x, frame.height - 1 - y),
                ),
            ] as const,
        ),
      fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const).map(
        (degrees) =>
          [
            { type: 'rotate', degrees },
            (frame: Shares) => {
              // One quarter clockwise: what was left is above.
              const quarter = (one: Shares): Shares =>
                make(one.height, one.width, (x, y) => at(one, y, one.height - 1 - x));
              return Array.from({ length: degrees / 90 }).reduce<Shares>(quarter, frame);
            },
          ] as const,
      ),
      fill.map(
        (color) =>
          [
            { type: 'solid', fill: color },
            (frame: Shares) => make(frame.width, frame.height, () => color),
          ] as const,
      ),
    ) as fc.Arbitrary<readonly [Operation, (frame: Shares) => Shares]>;
    const property = fc.property(
      format,
      seeds,
      fc.array(operation, { minLength: 1, maxLength: 5 }),
      (of, seed, all) => {
        // A crop has to lie inside what the ones before leave.
        const operations: Operation[] = [];
        let size = { ...SIZE };
        const meant = all.filter(([one]) => {
          if (one.type === 'crop' && (one.x + one.width > size.width || one.y + one.height > size.height))
            return false;
          if (one.type === 'crop') size = { width: one.width, height: one.height };
          if (one.type === 'pad')
            size = {
              width: size.width + (one.left ?? 0) + (one.right ?? 0),
              height: size.height + (one.top ?? 0) + (one.bottom ?? 0),
            };
          if (one.type === 'rotate' && one.degrees % 180 !== 0)
            size = { width: size.height, height: size.width };
          operations.push(one);
          return true;
        });
        const { plan, codes } = run(of, seed, operations, (frame) =>
          meant.reduce((one, [, change]) => change(one), frame),
        );
        expect(codes).toBeLessThanOrEqual(rounding(of));
        expect(plan.operations.every(({ type }) => type === 'place')).toBe(true);
      },
    );
    fc.assert(property, { seed: 91, numRuns: 400 });
  });

  test('letterbox keeps proportions and centres', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (width, height) => {
        const source = formatOf('RGBA', SIZE, 'bt709');
        const plan = planConversion(source, formatOf('RGBA', { width, height }, 'bt709'), {
          operations: [{ type: 'letterbox', width, height, fill: [1, 0, 0] }],
        });
        const scale = Math.min(width / SIZE.width, height / SIZE.height);
        const [inner, other] = [SIZE.width * scale, SIZE.height * scale];
        const scaled =
          plan.operations.find((step) => step.type === 'scale' || step.type === 'resample') ?? SIZE;
        expect(Math.abs((scaled as typeof SIZE).width - Math.max(inner, 1))).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(Math.abs((scaled as typeof SIZE).height - Math.max(other, 1))).toBeLessThanOrEqual(0.5 + 1e-9);
        const bars = plan.operations.find((step) => step.type === 'place');
        if (bars?.type === 'place') {
          expect(bars).toMatchObject({ width, height, fill: [255, 0, 0, 255] });
          expect(Math.abs(2 * bars.x + (scaled as typeof SIZE).width - width)).toBeLessThanOrEqual(1);
          expect(Math.abs(2 * bars.y + (scaled as typeof SIZE).height - height)).toBeLessThanOrEqual(1);
        }
      },
    );
    fc.assert(property, { seed: 92, numRuns: 300 });
  });
});
