import { createManualClock, type PressureLevel } from '@framerail/lifecycle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryManager } from '../src/index.js';
import { createSource } from './pressure-source.js';

const LEVELS: readonly PressureLevel[] = ['none', 'moderate', 'high', 'critical'];
const rank = (level: PressureLevel): number => LEVELS.indexOf(level);

function open(fallAfterMs: number | undefined) {
  const clock = createManualClock();
  const source = createSource();
  const budgets = { video: 400, audio: 300, thumbnails: 300 };
  const manager = createMemoryManager({ maxBytes: 1000, budgets, source, clock, fallAfterMs });
  const told: string[] = [];
  manager.on('level', ({ level, previous }) => told.push(`${clock.now()}: ${previous} to ${level}`));
  return { clock, source, manager, told };
}

test('the level rises at once and falls late, a step at a time', () => {
  const { clock, source, manager, told } = open(undefined);
  source.set('critical');
  source.set('none');
  clock.advance(1999);
  expect(manager.level).toBe('critical');
  clock.advance(10_000);
  source.set('high');
  source.set('moderate');
  clock.advance(1500);
  source.set('high');
  clock.advance(1500);
  expect(manager.level).toBe('high');
  source.set('none');
  clock.advance(1000);
  // Lower is lower: the time since the source told anything below counts.
  source.set('moderate');
  clock.advance(1000);
  expect(manager.level).toBe('moderate');
  expect(told).toEqual([
    '0: none to critical',
    '2000: critical to high',
    '4000: high to moderate',
    '6000: moderate to none',
    '11999: none to high',
    '16999: high to moderate',
  ]);
  manager.close();
});

test('for every course of the source the level is never below it, falls no faster than it may, and gets there', () => {
  const step = fc.record({ level: fc.constantFrom(...LEVELS), afterMs: fc.integer({ min: 0, max: 250 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { clock, source, manager } = open(100);
      let last: PressureLevel = 'none';
      /** When the source last told a level that isn't below the one in force, or that one fell. */
      let heldAtMs = 0;
      manager.on('level', ({ level, previous }) => {
        expect(previous).toBe(last);
        if (rank(level) < rank(previous)) {
          expect(rank(level)).toBe(rank(previous) - 1);
          expect(clock.now()).toBe(heldAtMs + 100);
        }
        last = level;
        heldAtMs = clock.now();
      });
      for (const { level, afterMs } of steps) {
        clock.advance(afterMs);
        // Until now the source told the level before.
        if (rank(source.level) >= rank(manager.level)) heldAtMs = clock.now();
        source.set(level);
        if (rank(level) >= rank(manager.level)) heldAtMs = clock.now();
        expect(manager.level).toBe(last);
        expect(rank(last)).toBeGreaterThanOrEqual(rank(level));
      }
      clock.advance(300);
      expect(manager.level).toBe(source.level);
      manager.close();
      expect(clock.pendingTimers).toBe(0);
    }),
  );
});

test('limits are shares of the budget that never rise with the level', () => {
  const budgets = { video: 400, audio: 300, thumbnails: 300 };
  const limits = (given: object) => {
    const source = createSource();
    const manager = createMemoryManager({ maxBytes: 1000, budgets, source, limits: given });
    return LEVELS.map((level) => {
      source.set(level);
      return manager.snapshot().limitBytes;
    });
  };
  expect(limits({})).toEqual([1000, 850, 700, 500]);
  expect(limits({ none: 0.6 })).toEqual([600, 600, 600, 500]);
  expect(limits({ critical: 0 })).toEqual([1000, 850, 700, 0]);
  expect(limits({ moderate: 1, high: 1, critical: 1 })).toEqual([1000, 1000, 1000, 1000]);
});

test('without a source there is no pressure', () => {
  const manager = createMemoryManager({
    maxBytes: 10_000,
    budgets: { video: 5000, audio: 1, thumbnails: 1 },
  });
  expect(manager.snapshot()).toMatchObject({ level: 'none', limitBytes: 10_000, bytes: 0, peakBytes: 0 });
  manager.close();
});
