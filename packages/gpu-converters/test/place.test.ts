import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chain } from '../src/operations/chain.js';
import { isIdentityPlace, mergePlaces } from '../src/operations/place.js';
import { prepareOperations } from '../src/operations/prepare-operations.js';
import type { PreparedPlace } from '../src/operations/prepared-operation.js';
import { RGBA_SMALL } from './frames.js';

/** A picture of numbered pixels; a fill is a negative number. */
interface Numbers {
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly number[];
}

const numbered = (width: number, height: number): Numbers => ({
  width,
  height,
  pixels: Array.from({ length: width * height }, (_, index) => index),
});

/** The port's definition, pixel by pixel. */
function carryOut(source: Numbers, place: PreparedPlace): Numbers {
  const { width, height, x, y, transpose, flipX, flipY, fill } = place;
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const [u, v] = [(index % width) - x, Math.floor(index / width) - y];
    const [a, b] = transpose ? [v, u] : [u, v];
    const column = flipX ? source.width - 1 - a : a;
    const row = flipY ? source.height - 1 - b : b;
    const isInside = column >= 0 && column < source.width && row >= 0 && row < source.height;
    return isInside ? (source.pixels[row * source.width + column] as number) : -1 - fill[0];
  });
  return { width, height, pixels };
}

const side = fc.integer({ min: 1, max: 9 });
const place = fc.record({
  type: fc.constant('place' as const),
  width: side,
  height: side,
  x: fc.integer({ min: -9, max: 9 }),
  y: fc.integer({ min: -9, max: 9 }),
  transpose: fc.boolean(),
  flipX: fc.boolean(),
  flipY: fc.boolean(),
  fill: fc.nat(1).map((red): PreparedPlace['fill'] => [red, 0, 0, 255]),
});

describe('places that follow each other', () => {
  test('are merged only into what gives the same pixels', () => {
    let merged = 0;
    const property = fc.property(side, side, place, place, (width, height, first, second) => {
      const source = numbered(width, height);
      const one = mergePlaces(first, second, source);
      if (one === undefined) return;
      merged += 1;
      expect(carryOut(source, one)).toEqual(carryOut(carryOut(source, first), second));
    });
    fc.assert(property, { seed: 51, numRuns: 20_000 });
    expect(merged).toBeGreaterThan(4000);
  });

  test('keep their pixels through a whole chain', () => {
    const property = fc.property(side, side, fc.array(place, { maxLength: 6 }), (width, height, places) => {
      const color = { transfer: 'bt709', matrix: 'bt709' } as const;
      const chain = new Chain({ width, height, depth: 8, color });
      chain.push(...places);
      const source = numbered(width, height);
      const run = (steps: readonly PreparedPlace[]) => steps.reduce(carryOut, source);
      expect(run(chain.steps as readonly PreparedPlace[])).toEqual(run(places));
      expect({ width: chain.width, height: chain.height }).toEqual({
        width: run(places).width,
        height: run(places).height,
      });
      expect(chain.steps.some((step) => step.type === 'place' && isIdentityPlace(step, source))).toBe(
        chain.steps.length > 1 && isIdentityPlace(chain.steps[0] as PreparedPlace, source),
      );
    });
    fc.assert(property, { seed: 52, numRuns: 3000 });
  });

  const stepsOf = (operations: Parameters<typeof prepareOperations>[0]) =>
    prepareOperations(operations, { source: RGBA_SMALL, target: RGBA_SMALL, depth: 8 }).operations;
  const flip = { type: 'flip', axis: 'horizontal' } as const;
  const turn = { type: 'rotate', degrees: 90 } as const;

  test('cancel each other', () => {
    expect(stepsOf([flip, flip])).toEqual([]);
    expect(stepsOf([turn, turn, turn, turn])).toEqual([]);
    expect(stepsOf([flip, { type: 'flip', axis: 'vertical' }, { type: 'rotate', degrees: 180 }])).toEqual([]);
    expect(stepsOf([{ type: 'rotate', degrees: 270 }, turn])).toEqual([]);
  });

  test('become one: crop, turn, mirror and border', () => {
    const { width, height } = RGBA_SMALL.layout;
    const steps = stepsOf([
      { type: 'crop', x: 2, y: 1, width: width - 4, height: height - 3 },
      turn,
      flip,
      { type: 'crop', x: 1, y: 2, width: 5, height: 9 },
    ]);
    expect(steps).toMatchObject([{ type: 'place', width: 5, height: 9, transpose: true }]);
    expect(stepsOf([turn, { type: 'pad', left: 3, top: 1, bottom: 2 }])).toHaveLength(1);
    // The border hides what the crop cut off.
    expect(
      stepsOf([
        { type: 'crop', x: 2, y: 0, width: 4, height: 4 },
        { type: 'pad', left: 1 },
      ]),
    ).toHaveLength(2);
  });

  test('forget what a solid covers', () => {
    const solid = { type: 'solid', fill: [1, 0.5, 0] } as const;
    expect(stepsOf([{ type: 'color', gamma: 2 }, turn, solid])).toMatchObject([
      { type: 'place', width: 14, height: 22, fill: [255, 128, 0, 255] },
    ]);
    expect(stepsOf([solid, turn, flip])).toMatchObject([{ type: 'place', width: 14, height: 22 }]);
  });
});
