import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchSize } from '../src/gpu/scheduler/batch-size.js';
import { GpuMeter } from '../src/gpu/scheduler/meter.js';
import { TaskLines } from '../src/gpu/scheduler/task-lines.js';
import { WaitRecord } from '../src/gpu/scheduler/wait-times.js';

/** Feeds full batches until the search ends. */
function search(batch: BatchSize, msOf: (size: number) => number): number[] {
  const tried: number[] = [];
  for (let round = 0; round < 200 && !batch.settled; round += 1) {
    if (tried.at(-1) !== batch.size) tried.push(batch.size);
    batch.record(batch.size, msOf(batch.size));
  }
  return tried;
}

describe('the size of batches', () => {
  test('grows as long as that saves time, and stays at the best', () => {
    const batch = new BatchSize({ min: 1, max: 32 });
    // A fixed cost for each submission, and a queue that chokes on more than 8.
    expect(search(batch, (size) => 1 + size * 0.5 + (size > 8 ? size : 0))).toEqual([1, 2, 4, 8, 16, 32]);
    expect(batch.size).toBe(8);
  });

  test('stays at 1 where batches bring nothing, without trying them all', () => {
    const batch = new BatchSize({ min: 1, max: 32 });
    expect(search(batch, (size) => size * 2)).toEqual([1, 2, 4]);
    expect(batch.size).toBe(1);
  });

  test('is not misled by one slow batch, nor by batches that were not full', () => {
    const batch = new BatchSize({ min: 1, max: 2 });
    batch.record(1, 1000);
    for (let round = 0; round < 3; round += 1) batch.record(1, 4);
    expect(batch.size).toBe(2);
    batch.record(1, 0.001);
    for (let round = 0; round < 4; round += 1) batch.record(2, 6);
    expect([batch.settled, batch.size]).toEqual([true, 2]);
  });

  test('does not wait for ever for batches that never get full', () => {
    const batch = new BatchSize({ min: 1, max: 32 });
    for (const size of [1, 2, 4]) for (let round = 0; round < 4; round += 1) batch.record(size, 4 + size);
    expect([batch.size, batch.settled]).toEqual([8, false]);
    // A light load says nothing.
    for (let round = 0; round < 100; round += 1) batch.record(1 + (round % 4), 1);
    for (let round = 0; round < 63; round += 1) batch.record(5, 1);
    expect(batch.settled).toBe(false);
    batch.record(7, 1);
    expect([batch.size, batch.settled]).toEqual([4, true]);
  });

  test('is settled where there is no choice', () => {
    expect(new BatchSize({ min: 5, max: 5 })).toMatchObject({ size: 5, settled: true });
  });

  test('stays within its bounds whatever is measured', () => {
    const bounds = fc.tuple(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 32 }));
    const times = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 80 });
    fc.assert(
      fc.property(bounds, times, ([a, b], all) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const batch = new BatchSize({ min, max });
        for (const ms of all) {
          batch.record(batch.size, ms);
          expect(batch.size).toBeGreaterThanOrEqual(min);
          expect(batch.size).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});

describe('the meter', () => {
  test('counts times that overlap once', () => {
    const meter = new GpuMeter();
    expect(meter.record(0, 10, 100)).toBe(10);
    expect(meter.record(5, 15, 100)).toBe(5);
    expect(meter.record(2, 12, 100)).toBe(0);
    expect(meter.busyMs).toBe(15);
  });

  test('follows the rate', () => {
    const meter = new GpuMeter();
    expect(meter.expectedMs(10)).toBeUndefined();
    for (let at = 0; at < 100; at += 1) meter.record(at, at + 1, 500);
    expect(meter.bytesPerSecond).toBeCloseTo(500_000);
    expect(meter.expectedMs(1000)).toBeCloseTo(2);
  });
});

test('percentiles are those of the last waits, by nearest rank', () => {
  const waits = new WaitRecord();
  expect(waits.summary()).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
  for (let ms = 1; ms <= 100; ms += 1) waits.add(ms);
  expect(waits.summary()).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  for (let count = 0; count < 512; count += 1) waits.add(7);
  expect(waits.summary().max).toBe(7);
});

describe('the lines of tasks', () => {
  const entryOf = (client: string, priority: number, order: number) => ({
    priority,
    order,
    task: {
      queue: 'compute',
      client,
      analysis: { bytesRead: 0, bytesWritten: 0, passes: 0 },
      encode() {},
    } as const,
  });
  const someEntries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 2 })), {
    maxLength: 30,
  });

  test('keep the order of each client at each priority, serve higher ones first, and lose nobody', () => {
    fc.assert(
      fc.property(someEntries, fc.integer({ min: 1, max: 8 }), (all, most) => {
        const lines = new TaskLines<ReturnType<typeof entryOf>>();
        all.forEach(([client, priority], order) => {
          lines.add(entryOf(client, priority, order));
        });
        const served: ReturnType<typeof entryOf>[] = [];
        while (lines.size > 0) {
          const top = lines.topPriority;
          const { taken } = lines.take(most, () => 'run');
          expect(taken.length).toBeGreaterThan(0);
          expect(taken.length).toBeLessThanOrEqual(most);
          expect(taken.every(({ priority }) => priority === top)).toBe(true);
          served.push(...taken);
        }
        expect(served.length).toBe(all.length);
        for (const [index, one] of served.entries()) {
          const later = served.slice(index + 1);
          const same = later.filter(
            ({ task, priority }) => task.client === one.task.client && priority === one.priority,
          );
          expect(same.every(({ order }) => order > one.order)).toBe(true);
          expect(later.every(({ priority }) => priority <= one.priority)).toBe(true);
        }
      }),
    );
  });

  test('give each client of a priority a turn before anybody has a second one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 24 }), (clients) => {
        const lines = new TaskLines<ReturnType<typeof entryOf>>();
        clients.forEach((client, order) => {
          lines.add(entryOf(client, 0, order));
        });
        const left = new Map<string, number>();
        for (const client of clients) left.set(client, (left.get(client) ?? 0) + 1);
        while (lines.size > 0) {
          const round = [...left].filter(([, count]) => count > 0).map(([client]) => client);
          const served = round.map(() => lines.take(1, () => 'run').taken[0]?.task.client as string);
          expect(served.sort()).toEqual(round.sort());
          for (const client of served) left.set(client, (left.get(client) as number) - 1);
        }
      }),
    );
  });

  test('take out whoever is asked for, once', () => {
    const lines = new TaskLines<ReturnType<typeof entryOf>>();
    const [one, two] = [entryOf('a', 0, 0), entryOf('a', 0, 1)];
    lines.add(one);
    lines.add(two);
    expect([lines.remove(one), lines.remove(one), lines.size]).toEqual([true, false, 1]);
    expect(lines.clear()).toEqual([two]);
    expect(lines.topPriority).toBeUndefined();
  });
});
