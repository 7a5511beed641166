import type { Capacity } from '@framerail/lifecycle';
import type { AdmissionOptions } from '@framerail/task-queue';
import { describe, expect, it } from 'vitest';
import { type Gate, gate, type ManualQueue, manualQueue, turns, until } from './queues.js';

/** A machine of ten cores and 1,000 bytes that tells what it is told to, and what its tasks take. */
function machine(options: Partial<AdmissionOptions> = {}, slots = 10) {
  const load = { cpu: 0, memory: 0, gpu: 0, io: 0 };
  const source = { capacity: (): Capacity => ({ ...load }) };
  const made = manualQueue({
    slots,
    admission: { source, cores: 10, totalMemoryBytes: 1000, settleMs: 1000, checkMs: 100, ...options },
  });
  return { ...made, load };
}

/** Handlers that take a share of the processor while they run. */
function burning(
  { queue }: ManualQueue,
  load: { cpu: number },
  name: string,
  cpu: number,
  stated = true,
): Gate {
  const door = gate();
  queue.define(
    name,
    async ({ signal }) => {
      load.cpu += cpu;
      await door.enter(signal).finally(() => {
        load.cpu -= cpu;
      });
    },
    stated ? { cost: { cpu } } : {},
  );
  return door;
}

describe('admission', () => {
  it('lets heavy tasks wait while the machine is under load, and light ones pass, and says why', async () => {
    const made = machine();
    const { queue, load, pass } = made;
    load.cpu = 0.7;
    const heavy = burning(made, load, 'heavy', 0.5);
    const light = burning(made, load, 'light', 0.1);
    const deferred: string[] = [];
    queue.on('deferred', ({ name, shortages }) =>
      deferred.push(`${name} ${shortages.map(({ part }) => part)}`),
    );
    const task = await queue.add('heavy');
    await queue.addBulk([{ name: 'light' }, { name: 'light' }, { name: 'light' }]);
    await until(() => light.begun === 2);
    await pass(1000);
    expect([heavy.begun, light.begun]).toEqual([0, 2]);
    expect(deferred.sort()).toEqual(['heavy cpu', 'light cpu']);
    const explained = await queue.explain(task);
    expect(explained.hindrances).toContainEqual(
      expect.objectContaining({ what: 'capacity', part: 'cpu', wanted: 0.5, limit: 0.9 }),
    );
    expect(explained.text).toContain('it takes 50 % of processor time');
    load.cpu -= 0.7;
    await pass(500);
    await until(() => heavy.begun === 1 && light.begun === 3);
    heavy.open();
    light.open();
    await queue.drain();
    await queue.close();
  });

  it('keeps all cores of an idle machine busy', async () => {
    const made = machine();
    const { queue, load, pass } = made;
    load.cpu = 0.05;
    const work = burning(made, load, 'work', 0.1, false);
    await queue.addBulk(Array.from({ length: 30 }, () => ({ name: 'work' })));
    for (let round = 1; round <= 3; round += 1) {
      await until(() => work.begun === 10 * round);
      await pass(3000);
      expect(work.begun).toBe(10 * round);
      work.open();
      await turns(20);
      await pass(200);
    }
    await queue.drain();
    await queue.close();
  });

  it('counts what was reserved before a measurement can show it', async () => {
    const made = machine();
    const { queue, pass } = made;
    const door = gate();
    queue.define('late', () => door.enter(), { cost: { memoryBytes: 300 } });
    await queue.addBulk(Array.from({ length: 5 }, () => ({ name: 'late' })));
    await until(() => door.begun === 2);
    await pass(30_000);
    expect(door.begun).toBe(2);
    door.open();
    await until(() => door.begun === 4);
    door.open();
    await until(() => door.begun === 5);
    door.open();
    await queue.drain();
    await queue.close();
  });

  it('does not let heavy tasks starve: one that waited long has lighter ones wait for it', async () => {
    const made = machine({ patienceMs: 2000 });
    const { queue, load, pass } = made;
    const heavy = burning(made, load, 'heavy', 0.8);
    const light = burning(made, load, 'light', 0.2);
    await queue.addBulk(Array.from({ length: 4 }, () => ({ name: 'light' })));
    await until(() => light.begun === 4);
    const task = await queue.add('heavy');
    await queue.addBulk(Array.from({ length: 40 }, () => ({ name: 'light' })));
    for (let round = 0; round < 12 && heavy.begun === 0; round += 1) {
      light.open(1);
      await pass(400);
    }
    expect(heavy.begun).toBe(1);
    expect(light.begun).toBeLessThan(20);
    heavy.open();
    await task.result;
    await until(() => light.begun > 8);
    await queue.close();
  });

  it('begins what is larger than the limits alone, rather than never', async () => {
    const made = machine();
    const { queue, load, pass } = made;
    const small = burning(made, load, 'small', 0.1);
    const huge = burning(made, load, 'huge', 1);
    await queue.add('small');
    await until(() => small.begun === 1);
    const task = await queue.add('huge');
    await pass(1000);
    expect(huge.begun).toBe(0);
    small.open();
    await pass(300);
    await until(() => huge.begun === 1);
    huge.open();
    await task.result;
    await queue.close();
  });

  it('offers a smaller form to those that can take it', async () => {
    const { queue, load } = machine();
    load.memory = 0.5;
    const offers: unknown[] = [];
    const seen: unknown[] = [];
    queue.define('scale', ({ data }) => seen.push(data), {
      cost: (data: { width: number }) => ({ memoryBytes: data.width }),
      adjustForCapacity: ({ data, cost, free }) => {
        offers.push({ cost: cost.memoryBytes, free: free.memoryBytes });
        return { data: { width: data.width / 4 }, cost: { memoryBytes: data.width / 4 } };
      },
    });
    const adjusted: boolean[] = [];
    queue.on('started', ({ isAdjusted }) => adjusted.push(isAdjusted));
    await (await queue.add('scale', { width: 800 })).result;
    await (await queue.add('scale', { width: 200 })).result;
    expect(offers).toEqual([{ cost: 800, free: 300 }]);
    expect(seen).toEqual([{ width: 200 }, { width: 200 }]);
    expect(adjusted).toEqual([true, false]);
    await queue.close();
  });

  it('lets light tasks of a name pass heavy ones of the same, where each says what it takes', async () => {
    const { queue, load, pass } = machine({}, 1);
    load.cpu = 0.5;
    const done: unknown[] = [];
    queue.define('work', ({ data }) => done.push(data));
    const heavy = await queue.add('work', 'heavy', { reserve: { cpu: 0.6 } });
    await queue.addBulk([1, 2, 3].map((data) => ({ name: 'work', data, reserve: { cpu: 0.1 } })));
    await pass(500);
    expect(done).toEqual([1, 2, 3]);
    expect((await heavy.status()).state).toBe('waiting');
    load.cpu = 0.1;
    await pass(500);
    await heavy.result;
    await queue.close();
  });

  it('learns what tasks take from what is measured while they run', async () => {
    const made = machine();
    const { queue, load, pass } = made;
    const work = burning(made, load, 'work', 0.4, false);
    await queue.add('work');
    await until(() => work.begun === 1);
    await pass(5000);
    work.open();
    await pass(3000);
    await queue.addBulk(Array.from({ length: 6 }, () => ({ name: 'work' })));
    await until(() => work.begun === 3);
    await pass(100);
    expect(work.begun).toBe(3);
    const [waiting] = await queue.list({ states: ['waiting'] });
    const { hindrances } = await queue.explain(waiting as { id: string });
    const shortage = hindrances.find(({ what }) => what === 'capacity');
    expect(shortage).toMatchObject({ wanted: expect.closeTo(0.4, 2) });
    await queue.close();
  });

  it('goes by reservations alone when the source fails', async () => {
    const { queue } = manualQueue({
      admission: {
        source: {
          capacity: () => {
            throw new Error('the monitor is gone');
          },
        },
      },
    });
    queue.define('work', () => 1, { cost: { cpu: 0.5 } });
    expect(await (await queue.add('work')).result).toBe(1);
    await queue.close();
  });
});
