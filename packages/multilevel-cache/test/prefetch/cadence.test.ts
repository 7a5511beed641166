import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cadence } from '../../src/prefetch/cadence.js';
import { type PlayheadState, playheadOrder } from '../../src/prefetch/playhead-order.js';
import { StepFitter } from '../../src/prefetch/regular-steps.js';

/** A cadence after these positions, 40 ms from one to the next. */
function cadenceOf(positions: readonly number[], rate?: number): Cadence {
  const cadence = new Cadence();
  for (const [index, position] of positions.entries()) cadence.note(position, index * 40, rate, undefined);
  return cadence;
}

const steps = (from: number, step: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index * step);

describe('a cadence', () => {
  it('sees the even steps behind positions that were rounded down', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.1, max: 9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.boolean(),
        (step, from, isBack) => {
          const fitter = new StepFitter();
          const at = (index: number): number => Math.floor(100_000 + from + (isBack ? -step : step) * index);
          fitter.restart(at(0));
          for (let index = 1; index < 48; index += 1) fitter.add(at(index));
          const seen = fitter.steps;
          expect(seen).toBeDefined();
          if (seen === undefined) return;
          const rounded = (count: number): number => Math.floor(seen.position + seen.step * count);
          for (let ahead = 1; ahead <= 8; ahead += 1)
            expect(Math.abs(rounded(ahead) - at(47 + ahead))).toBeLessThanOrEqual(1);
        },
      ),
    );
    const scattered = new StepFitter();
    scattered.restart(0);
    for (const position of [10, 12, 25, 27, 50]) scattered.add(position);
    expect(scattered.steps).toBeUndefined();
  });

  it('believes what moves show over the rate, and the rate over nothing', () => {
    expect(cadenceOf([5], -2).step(-2)).toMatchObject({ step: -2, isExact: false });
    expect(cadenceOf([5]).step(undefined)).toBeUndefined();
    expect(cadenceOf(steps(0, 3, 6), 1).step(1)).toEqual({ step: 3, isExact: true });
    expect(cadenceOf(steps(90, -1, 6)).step(undefined)).toEqual({ step: -1, isExact: true });
    // After a jump, the rate as the moves before showed it.
    expect(cadenceOf([...steps(0, 2, 6), 500], 4).step(4)).toMatchObject({ step: 2 });
  });

  it('makes nothing of a playhead that goes hither and thither', () => {
    const cadence = cadenceOf([500, 530, 480, 520, 470, 540], 1);
    expect(cadence.step(1)).toBeUndefined();
    expect(cadence.pattern).toBe('random');
  });

  it('takes a jump that comes again for a loop, until the playhead leaves it', () => {
    const round = steps(100, 1, 40);
    expect(cadenceOf([...round, ...round]).loop).toBeUndefined();
    const cadence = cadenceOf([...round, ...round, ...round]);
    expect(cadence.loop).toEqual({ start: 100, end: 139 });
    expect(cadence.pattern).toBe('loop');
    cadence.note(700, 10_000, undefined, undefined);
    expect(cadence.loop).toBeUndefined();
  });

  it('gives the time between moves if they are regular', () => {
    expect(cadenceOf(steps(0, 1, 10)).intervalMs).toBe(40);
    const waiting = new Cadence();
    // A reader who waits at every ninth position and passes the others at once.
    for (let index = 0; index < 40; index += 1)
      waiting.note(index, Math.floor(index / 9) * 100 + index / 10, undefined, undefined);
    expect(waiting.intervalMs).toBeUndefined();
  });
});

describe('the order of positions', () => {
  const state: PlayheadState = {
    position: 50,
    step: 1,
    isExact: true,
    direction: 1,
    length: 100,
    loop: undefined,
    isQuick: true,
  };
  const first = (count: number, given: Partial<PlayheadState>): number[] => {
    const taken = new Set<number>();
    for (const position of playheadOrder({ ...state, ...given })) {
      if (taken.size === count) break;
      taken.add(position);
    }
    return [...taken];
  };

  it('follows the steps, round the loop, and goes back at the end', () => {
    expect(first(4, {})).toEqual([50, 51, 52, 53]);
    expect(first(4, { step: -1, direction: -1 })).toEqual([50, 49, 48, 47]);
    expect(first(4, { step: 3 })).toEqual([50, 53, 56, 59]);
    expect(first(4, { step: 2.5, isExact: false })).toEqual([50, 51, 52, 53]);
    expect(first(4, { step: 2.5, isExact: false, isQuick: false })).toEqual([50, 52, 55, 57]);
    expect(first(5, { loop: { start: 40, end: 51 } })).toEqual([50, 51, 40, 41, 42]);
    expect(first(5, { loop: { start: 49, end: 60 }, step: -1, direction: -1 })).toEqual([50, 49, 60, 59, 58]);
    expect(first(4, { position: 98 })).toEqual([98, 99, 97, 96]);
    expect(first(7, { step: undefined })).toEqual([50, 51, 52, 49, 53, 54, 48]);
  });

  it('comes to an end, stays in the film, and begins where the playhead is', () => {
    const any = fc.record({
      position: fc.integer({ min: 0, max: 99 }),
      step: fc.option(
        fc.double({ min: -9, max: 9, noNaN: true }).filter((step) => Math.abs(step) > 0.01),
        { nil: undefined },
      ),
      isExact: fc.boolean(),
      isQuick: fc.boolean(),
      loop: fc.option(fc.record({ start: fc.nat(40), end: fc.integer({ min: 41, max: 99 }) }), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(any, (given) => {
        const all = [...playheadOrder({ ...state, ...given, direction: (given.step ?? 1) > 0 ? 1 : -1 })];
        expect(all.every((position) => Number.isInteger(position) && position >= 0 && position < 100)).toBe(
          true,
        );
        expect(all[0]).toBe(given.position);
      }),
    );
  });
});
