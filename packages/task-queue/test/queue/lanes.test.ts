import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gate, manualQueue, turns, until } from './queues.js';

describe('lanes', () => {
  it('never run more than their limits, and do everything once', async () => {
    const limits = fc.record({
      slots: fc.integer({ min: 1, max: 5 }),
      lanes: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      names: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constant(Number.POSITIVE_INFINITY)),
      tasks: fc.array(fc.tuple(fc.nat(1), fc.nat(1), fc.nat(4), fc.integer({ min: -2, max: 2 })), {
        maxLength: 60,
      }),
    });
    await fc.assert(
      fc.asyncProperty(limits, async ({ slots, lanes, names, tasks }) => {
        const { queue } = manualQueue({
          slots,
          lanes: { a: { concurrency: lanes[0] }, b: { concurrency: lanes[1], priority: 5 } },
        });
        const running = {
          all: 0,
          lane: { a: 0, b: 0 } as Record<string, number>,
          name: { x: 0, y: 0 } as Record<string, number>,
        };
        const done: number[] = [];
        for (const [at, name] of ['x', 'y'].entries()) {
          const limit = names[at] as number;
          queue.define(
            name,
            async ({ data, task }) => {
              const change = (by: number): void => {
                running.all += by;
                running.lane[task.lane] = (running.lane[task.lane] ?? 0) + by;
                running.name[name] = (running.name[name] ?? 0) + by;
              };
              change(1);
              expect(running.all).toBeLessThanOrEqual(slots);
              expect(running.lane[task.lane]).toBeLessThanOrEqual(lanes[task.lane === 'a' ? 0 : 1]);
              expect(running.name[name]).toBeLessThanOrEqual(limit);
              const { at: place, wait } = data as { at: number; wait: number };
              if (wait > 0) await turns(wait);
              done.push(place);
              change(-1);
            },
            limit === Number.POSITIVE_INFINITY ? {} : { concurrency: limit },
          );
        }
        const handles = await queue.addBulk(
          tasks.map(([lane, name, wait, priority], at) => ({
            name: name === 0 ? 'x' : 'y',
            lane: lane === 0 ? 'a' : 'b',
            group: `g${at % 3}`,
            data: { at, wait },
            priority,
          })),
        );
        await Promise.all(handles.map((handle) => handle.result));
        expect(done.sort((a, b) => a - b)).toEqual(tasks.map((_, at) => at));
        await queue.close();
      }),
      { numRuns: 40 },
    );
  });

  it('are served by priority, and by waiting: nothing starves', async () => {
    const { queue, clock } = manualQueue({
      slots: 1,
      ageingMs: 100,
      lanes: { interactive: { priority: 10 }, background: { priority: 0 } },
    });
    const order: string[] = [];
    queue.define('work', ({ task }) => {
      clock.advance(100);
      order.push(task.lane);
    });
    await queue.pause();
    await queue.addBulk(
      ['background', 'interactive'].flatMap((lane) =>
        Array.from({ length: 40 }, () => ({ name: 'work', lane })),
      ),
    );
    await queue.resume();
    await queue.drain();
    expect(order[0]).toBe('interactive');
    const first = order.slice(0, 33);
    const background = first.filter((lane) => lane === 'background').length;
    // Waiting 1,000 ms makes up for ten of priority, and a task takes 100 ms: one in ten or eleven.
    expect(background).toBeGreaterThanOrEqual(2);
    expect(background).toBeLessThanOrEqual(4);
    expect(order).toHaveLength(80);
    await queue.close();
  });

  it('serve groups in turn: a thousand tasks of one do not block one of another', async () => {
    const { queue } = manualQueue({ slots: 1 });
    const order: string[] = [];
    queue.define('work', async ({ task }) => {
      await turns(1);
      order.push(task.group);
    });
    await queue.pause();
    await queue.addBulk(Array.from({ length: 1000 }, () => ({ name: 'work', group: 'many' })));
    const one = await queue.add('work', 1, { group: 'one' });
    await queue.resume();
    await one.result;
    expect(order.indexOf('one')).toBeLessThanOrEqual(2);
    await queue.close();
  });

  it('begin what has priority first, and again after it was changed', async () => {
    const { queue } = manualQueue({ slots: 1 });
    const order: unknown[] = [];
    queue.define('work', ({ data }) => order.push(data));
    await queue.pause();
    const tasks = await queue.addBulk(
      [1, 2, 3, 4].map((data) => ({ name: 'work', data, priority: data === 2 ? 5 : 0 })),
    );
    expect(await queue.prioritise([tasks[3]?.id as string], 9)).toEqual([true]);
    const explained = await queue.explain(tasks[2] as { id: string });
    expect(explained.ahead).toBe(3);
    expect(explained.hindrances.map(({ what }) => what)).toEqual(['paused', 'place']);
    await queue.resume();
    await queue.drain();
    expect(order).toEqual([4, 2, 1, 3]);
    await queue.close();
  });

  it('stand still while they are paused, one or all', async () => {
    const { queue } = manualQueue({ lanes: { a: {}, b: {} } });
    let done = '';
    queue.define('work', ({ task }) => {
      done += task.lane;
    });
    await queue.pause('a');
    await queue.addBulk([
      { name: 'work', lane: 'a' },
      { name: 'work', lane: 'b' },
    ]);
    await until(() => done === 'b');
    await turns(20);
    expect(done).toBe('b');
    await queue.pause();
    await queue.resume('a');
    await queue.add('work', 1, { lane: 'b' });
    await turns(20);
    expect(done).toBe('b');
    await queue.resume();
    await queue.drain();
    expect([...done].sort().join('')).toBe('abb');
    await expect(queue.pause('c')).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    await queue.close();
  });

  it('begin no more often than their rate, or their names’, allows', async () => {
    const { queue, clock, pass } = manualQueue({ lanes: { a: {}, b: { rate: { max: 3, perMs: 1000 } } } });
    const begun: { name: string; atMs: number }[] = [];
    const note = ({ task: { name } }: { task: { name: string } }): void => {
      begun.push({ name, atMs: clock.now() });
    };
    queue.define('limited', note, { lane: 'a', rate: { max: 2, perMs: 1000 } });
    queue.define('free', note, { lane: 'a' });
    queue.define('lane', note, { lane: 'b' });
    await queue.addBulk(
      ['limited', 'free', 'lane'].flatMap((name) => Array.from({ length: 7 }, () => ({ name }))),
    );
    await until(() => begun.filter(({ name }) => name === 'free').length === 7);
    for (let second = 0; second < 5; second += 1) await pass(1000);
    await queue.drain();
    for (const [name, max] of [
      ['limited', 2],
      ['lane', 3],
    ] as const) {
      const times = begun.filter((one) => one.name === name).map(({ atMs }) => atMs);
      expect(times).toHaveLength(7);
      for (const [at, time] of times.entries()) {
        const inWindow = times.slice(at).filter((other) => other < time + 1000).length;
        expect(inWindow).toBeLessThanOrEqual(max);
      }
    }
    await queue.close();
  });

  it('wait with a reason when a name runs as often as it may', async () => {
    const { queue } = manualQueue();
    const door = gate();
    queue.define('work', () => door.enter(), { concurrency: 1 });
    const [, second] = await queue.addBulk([{ name: 'work' }, { name: 'work' }]);
    await until(() => door.begun === 1);
    await turns(20);
    const { hindrances } = await queue.explain(second as { id: string });
    expect(hindrances).toContainEqual(
      expect.objectContaining({ what: 'nameConcurrency', running: 1, limit: 1 }),
    );
    door.open();
    await until(() => door.begun === 2);
    door.open();
    await queue.drain();
    await queue.close();
  });
});
