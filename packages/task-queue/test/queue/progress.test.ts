import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgressStream } from '../../src/progress/progress-stream.js';
import { ProgressTeller, type ToldProgress } from '../../src/progress/progress-teller.js';
import { gate, manualQueue, until } from './queues.js';

const steps = fc.array(
  fc.record({ afterMs: fc.constantFrom(0, 1, 30, 150), stage: fc.constantFrom('read', 'encode', undefined) }),
  { maxLength: 80 },
);

describe('progress', () => {
  it('is told ten times a second at most, all changes of stage excepted', () => {
    fc.assert(
      fc.property(steps, (values) => {
        const clock = createManualClock();
        const told: (ToldProgress & { atMs: number })[] = [];
        const teller = new ProgressTeller(clock, 1, (one) => told.push({ ...one, atMs: clock.now() }));
        const given = values.map(({ afterMs, stage }, at) => {
          clock.advance(afterMs);
          const value = stage === undefined ? { at } : { at, stage };
          teller.report(value);
          return value;
        });
        teller.end();
        const places = told.map(({ value }) => (value as { at: number }).at);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(places.at(-1)).toBe(given.length === 0 ? undefined : given.length - 1);
        for (const [at, value] of given.entries()) {
          const isFirst = at === 0 || given[at - 1]?.stage !== value.stage;
          const isLast = at === given.length - 1 || given[at + 1]?.stage !== value.stage;
          if (isFirst || isLast) expect(places).toContain(at);
        }
        // Between two changes of stage, values come 100 ms apart; but the last of a stage, which its end brings forward.
        for (const [at, one] of told.entries()) {
          const [before, after] = [told[at - 1], told[at + 1]];
          if (one.isStage || before === undefined || after === undefined || after.isStage) continue;
          expect(one.atMs - before.atMs).toBeGreaterThanOrEqual(100);
        }
      }),
    );
  });

  it('waits for a slow reader as the first and last of each stage', async () => {
    const stream = new ProgressStream(() => {});
    const tell = (value: unknown, isStage: boolean): void => stream.tell({ value, isStage });
    tell('a1', true);
    for (const value of ['a2', 'a3', 'a4']) tell(value, false);
    tell('b1', true);
    tell('b2', false);
    stream.end();
    const read: unknown[] = [];
    for await (const value of stream) read.push(value);
    expect(read).toEqual(['a1', 'a4', 'b1', 'b2']);
  });

  it('reaches readers, late ones too, and stays with the task', async () => {
    const { queue } = manualQueue();
    const door = gate();
    queue.define('work', async ({ progress }) => {
      const value = { stage: 'read', done: 1 };
      progress(value);
      value.done = 99;
      await door.enter();
      progress({ stage: 'write', done: 2 });
    });
    const task = await queue.add('work');
    const early: unknown[] = [];
    const reading = (async () => {
      for await (const value of task.progress) early.push(value);
    })();
    await until(() => door.begun === 1 && early.length === 1);
    const [first] = await readAll(task.progress, 1);
    expect(first).toEqual({ stage: 'read', done: 1 });
    door.open();
    await reading;
    expect(early).toEqual([
      { stage: 'read', done: 1 },
      { stage: 'write', done: 2 },
    ]);
    const late = queue.handle(task.id);
    expect(await readAll(late.progress)).toEqual([
      { stage: 'read', done: 1 },
      { stage: 'write', done: 2 },
    ]);
    expect((await task.status()).progress).toEqual({ stage: 'write', done: 2 });
    expect(await readAll(task.progress)).toEqual([{ stage: 'write', done: 2 }]);
    await queue.close();
  });

  it('ends with the task where nothing was told', async () => {
    const { queue } = manualQueue();
    queue.define('quiet', () => 1);
    const task = await queue.add('quiet');
    expect(await readAll(task.progress)).toEqual([]);
    await task.result;
    expect(await readAll(task.progress)).toEqual([]);
    await queue.close();
  });

  it('refuses what is not JSON, in the handler', async () => {
    const { queue } = manualQueue();
    queue.define('bad', ({ progress }) => progress(() => 1));
    const task = await queue.add('bad');
    await expect(task.result).rejects.toMatchObject({ details: { code: 'E_TASK_DATA' } });
    await queue.close();
  });
});

async function readAll(
  progress: AsyncIterable<unknown>,
  count = Number.POSITIVE_INFINITY,
): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const value of progress) {
    read.push(value);
    if (read.length === count) break;
  }
  return read;
}
