import { createManualClock, type PressureLevel } from '@framerail/lifecycle';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createUsagePressure, type UsagePressureOptions } from '../src/index.js';

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    warnings.push(String(warning));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const refused = (code: string) => expect.objectContaining({ code });

/** The level of a share by the text of the specification. */
function levelOf(usage: number, previous: PressureLevel): PressureLevel {
  const begins = { moderate: 0.7, high: 0.85, critical: 0.95 };
  const order: PressureLevel[] = ['none', 'moderate', 'high', 'critical'];
  const inForce = (level: keyof typeof begins) => order.indexOf(level) <= order.indexOf(previous);
  for (const level of ['critical', 'high', 'moderate'] as const) {
    if (usage >= begins[level]) return level;
    if (inForce(level) && usage >= begins[level] - 0.05) return level;
  }
  return 'none';
}

test('the level follows the figure, rising at thresholds and falling a margin below them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1200 }), { maxLength: 60 }), (figures) => {
      const clock = createManualClock();
      let used = 0;
      const told: PressureLevel[] = [];
      using pressure = createUsagePressure({
        usedBytes: () => used,
        limitBytes: () => 1000,
        intervalMs: 10,
        clock,
      });
      pressure.on('change', (level) => told.push(level));
      const expected: PressureLevel[] = [];
      let level: PressureLevel = 'none';
      for (const figure of figures) {
        used = figure;
        clock.advance(10);
        const next = levelOf(figure / 1000, level);
        if (next !== level) expected.push(next);
        level = next;
        expect(pressure.level).toBe(level);
        expect(pressure.usage).toBe(figure / 1000);
      }
      expect(told).toEqual(expected);
    }),
  );
});

test('it measures at once, at every interval, when asked to, and not after it was closed', () => {
  const clock = createManualClock();
  const usedBytes = vi.fn(() => 96);
  const pressure = createUsagePressure({ usedBytes, limitBytes: 100, clock });
  expect([pressure.level, usedBytes.mock.calls.length]).toEqual(['critical', 1]);
  clock.advance(999);
  expect(usedBytes).toHaveBeenCalledTimes(1);
  clock.advance(2001);
  expect(usedBytes).toHaveBeenCalledTimes(4);
  usedBytes.mockReturnValue(1);
  expect(pressure.measure()).toBe('none');
  pressure.close();
  pressure.close();
  expect(clock.pendingTimers).toBe(0);
  usedBytes.mockReturnValue(99);
  expect(pressure.measure()).toBe('none');
  expect(usedBytes).toHaveBeenCalledTimes(5);
});

test('a figure that fails leaves the level as it is, with one warning', () => {
  const clock = createManualClock();
  const answers: (() => number)[] = [
    () => 90,
    () => Number.NaN,
    () => -1,
    () => Number.POSITIVE_INFINITY,
    () => 'much' as unknown as number,
    () => {
      throw new Error('no such file');
    },
    () => 10,
  ];
  let index = 0;
  using pressure = createUsagePressure({ usedBytes: () => answers[index]?.() ?? 0, limitBytes: 100, clock });
  for (index = 1; index < answers.length - 1; index += 1) {
    clock.advance(1000);
    expect(pressure.level).toBe('high');
  }
  expect(warnings).toHaveLength(1);
  clock.advance(1000);
  expect(pressure.level).toBe('none');
});

test('a limit that fails counts as a figure that fails', () => {
  for (const limit of [0, Number.NaN, -5, Number.POSITIVE_INFINITY]) {
    using pressure = createUsagePressure({
      usedBytes: () => 100,
      limitBytes: () => limit,
      clock: createManualClock(),
    });
    expect([pressure.level, pressure.usage]).toEqual(['none', undefined]);
  }
});

test('a listener that throws or closes harms nobody', () => {
  const clock = createManualClock();
  let used = 0;
  const pressure = createUsagePressure({ usedBytes: () => used, limitBytes: 100, clock });
  const told: string[] = [];
  pressure.on('change', () => {
    throw new Error('a listener');
  });
  pressure.on('change', (level) => {
    told.push(level);
    pressure.close();
  });
  used = 80;
  clock.advance(1000);
  used = 99;
  clock.advance(5000);
  expect(told).toEqual(['moderate']);
  expect(clock.pendingTimers).toBe(0);
  expect(warnings).toHaveLength(1);
});

const good: UsagePressureOptions = { usedBytes: () => 1, limitBytes: 100, clock: createManualClock() };
test.each([
  ['no options', undefined],
  ['no figure', { ...good, usedBytes: 5 }],
  ['no limit', { ...good, limitBytes: undefined }],
  ['a limit of nothing', { ...good, limitBytes: 0 }],
  ['a limit that is no number', { ...good, limitBytes: Number.NaN }],
  ['no interval', { ...good, intervalMs: 0 }],
  ['an interval without end', { ...good, intervalMs: Number.POSITIVE_INFINITY }],
  ['an interval that no timer takes', { ...good, intervalMs: 2 ** 31 }],
  ['thresholds that fall', { ...good, thresholds: { moderate: 0.9, high: 0.8 } }],
  ['a threshold of nothing', { ...good, thresholds: { moderate: 0 } }],
  ['a threshold that is no number', { ...good, thresholds: { critical: Number.NaN } }],
  ['thresholds that are none', { ...good, thresholds: 0.5 }],
  ['a margin below 0', { ...good, margin: -0.1 }],
  ['a clock that is none', { ...good, clock: {} }],
])('%s is refused', (_, options) => {
  expect(() => createUsagePressure(options as UsagePressureOptions)).toThrow(refused('E_INVALID_ARGUMENT'));
});
