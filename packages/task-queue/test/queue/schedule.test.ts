import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAfter } from '../../src/schedule/timing.js';
import { gate, manualQueue, START_MS, turns, until } from './queues.js';

describe('schedules', () => {
  it('are on the grid of their first time, whatever was missed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (everyMs, lastMs, lateMs) => {
          const nowMs = lastMs + lateMs;
          const next = nextAfter({ everyMs }, nowMs, lastMs) as number;
          expect(next).toBeGreaterThan(nowMs);
          expect(next - nowMs).toBeLessThanOrEqual(everyMs);
          expect((next - lastMs) % everyMs).toBe(0);
        },
      ),
    );
  });

  it('know time zones and daylight saving', () => {
    const timing = { cron: '30 2 * * *', timeZone: 'Europe/Zurich' };
    const at = (from: string): string =>
      new Date(nextAfter(timing, Date.parse(from), undefined) as number).toISOString();
    expect(at('2026-01-10T00:00:00Z')).toBe('2026-01-10T01:30:00.000Z');
    expect(at('2026-07-10T00:00:00Z')).toBe('2026-07-10T00:30:00.000Z');
    // On 29 March 2026 02:30 doesn't exist there; the run isn't lost.
    expect(Date.parse(at('2026-03-29T00:00:00Z'))).toBeLessThan(Date.parse('2026-03-29T02:00:00Z'));
  });

  it('add a task at once and each time, and leave one out while one runs', async () => {
    const { queue, clock, pass } = manualQueue();
    const times: number[] = [];
    const door = gate();
    queue.define('tick', async ({ data }) => {
      times.push(clock.now());
      if (data === 'slow') await door.enter();
    });
    await queue.repeat('r', 'tick', 'fast', { everyMs: 1000 });
    await pass(3500);
    expect(times).toHaveLength(4);
    expect(times.map((time) => Math.floor(time / 1000))).toEqual([0, 1, 2, 3]);
    expect(await queue.schedules()).toEqual([
      { id: 'r', name: 'tick', data: 'fast', timing: { everyMs: 1000 }, nextAtMs: START_MS + 4000 },
    ]);
    expect(await queue.unrepeat('r')).toBe(true);
    expect(await queue.unrepeat('r')).toBe(false);
    await pass(3000);
    expect(times).toHaveLength(4);
    await queue.repeat('s', 'tick', 'slow', { everyMs: 1000 });
    await pass(5000);
    expect(times).toHaveLength(5);
    door.open();
    await pass(1000);
    await until(() => times.length === 6);
    door.open();
    await queue.close();
  });

  it('are set anew only when they change', async () => {
    const { queue, pass } = manualQueue();
    let ran = 0;
    queue.define('tick', () => {
      ran += 1;
    });
    for (let times = 0; times < 3; times += 1) await queue.repeat('r', 'tick', 1, { everyMs: 1000 });
    await turns(20);
    expect(ran).toBe(1);
    await queue.repeat('r', 'tick', 2, { cron: '0 * * * *', timeZone: 'UTC' });
    expect(await queue.schedules()).toMatchObject([{ data: 2, nextAtMs: START_MS + 3_600_000 }]);
    await pass(3_600_000);
    await until(() => ran === 2);
    await queue.close();
  });

  it('are refused when they can not be meant', async () => {
    const { queue } = manualQueue();
    for (const options of [
      {},
      { everyMs: 0 },
      { everyMs: 1000, cron: '* * * * *' },
      { everyMs: 1000, timeZone: 'UTC' },
      { cron: 'every day' },
      { cron: '* * * * *', timeZone: 'Middle/Earth' },
      { cron: '0 0 30 2 *' },
      { everyMs: 1, key: 'k' },
    ])
      await expect(queue.repeat('r', 'x', 1, options)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    await expect(queue.repeat('r', 'x', () => 1, { everyMs: 1 })).rejects.toMatchObject({
      code: 'E_TASK_DATA',
    });
    expect(await queue.schedules()).toEqual([]);
    await queue.close();
  });
});
