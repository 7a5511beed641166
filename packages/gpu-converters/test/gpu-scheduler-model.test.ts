// The scheduler against its promises, on a device that finishes what a command says.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGpuContext, createGpuScheduler, type GpuQueueName, type GpuScheduler } from '../src/index.js';
import { FakeGpu, mapDirectly, settleAll } from './fake-gpu.js';

/** A task and what became of it. */
interface Job {
  readonly name: string;
  readonly queue: GpuQueueName;
  readonly client: string;
  readonly priority: number;
  readonly bytes: number;
  readonly kind: 'fine' | 'invalid' | 'throws';
  readonly controller: AbortController;
  outcome: 'waiting' | 'submitted' | 'finished' | 'failed' | 'aborted';
  settled: number;
}

interface Model {
  readonly limits: {
    readonly maxInFlight: number;
    readonly maxInFlightBytes: number;
    readonly batch: number;
  };
  readonly jobs: Job[];
}

interface Real {
  readonly gpu: FakeGpu;
  readonly scheduler: GpuScheduler;
}

type Command = fc.AsyncCommand<Model, Real>;

const waiting = ({ jobs }: Model): Job[] => jobs.filter(({ outcome }) => outcome === 'waiting');
const flying = ({ jobs }: Model): Job[] => jobs.filter(({ outcome }) => outcome === 'submitted');
const bytesOf = (jobs: readonly Job[]): number => jobs.reduce((sum, { bytes }) => sum + bytes, 0);

/** What holds whenever nothing moves. */
async function check(model: Model, { gpu, scheduler }: Real): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await settleAll();
  const { limits, jobs } = model;
  const stats = scheduler.stats();
  expect(stats.inFlight).toBeLessThanOrEqual(limits.maxInFlight);
  expect(stats.inFlight).toBe(gpu.submissions.length);
  expect(stats.inFlightBytes).toBeLessThanOrEqual(limits.maxInFlightBytes);
  expect(stats.inFlightBytes).toBeGreaterThanOrEqual(bytesOf(flying(model)));
  expect(stats.render.queued + stats.compute.queued).toBe(waiting(model).length);
  expect(jobs.every(({ settled }) => settled <= 1)).toBe(true);
  // Only fine tasks reach the GPU, each once.
  const log = gpu.log.flat();
  expect(new Set(log).size).toBe(log.length);
  const done = jobs.filter(({ outcome }) => outcome === 'submitted' || outcome === 'finished');
  expect([...log].sort()).toEqual(done.map(({ name }) => name).sort());
  expect(done.every(({ kind }) => kind === 'fine')).toBe(true);
  // Batches are of one queue and one priority, and not larger than they may be.
  const byName = new Map(jobs.map((job) => [job.name, job]));
  for (const batch of gpu.log) {
    const inBatch = batch.map((name) => byName.get(name) as Job);
    expect(new Set(inBatch.map(({ queue, priority }) => `${queue} ${priority}`)).size).toBeLessThanOrEqual(1);
    expect(inBatch.length).toBeLessThanOrEqual(limits.batch);
  }
  // The order of a client's tasks of one priority and queue is kept.
  const orders = new Map<string, number>();
  for (const name of log) {
    const { queue, client, priority } = byName.get(name) as Job;
    const number = jobs.findIndex((job) => job.name === name);
    const key = `${queue} ${client} ${priority}`;
    expect(number).toBeGreaterThan(orders.get(key) ?? -1);
    orders.set(key, number);
  }
  // Nobody waits while there is room for the smallest of those who might be first.
  const room = limits.maxInFlightBytes - stats.inFlightBytes;
  if (stats.inFlight < limits.maxInFlight && waiting(model).length > 0) {
    expect(Math.max(...waiting(model).map(({ bytes }) => bytes))).toBeGreaterThan(room);
  }
}

const schedule = (job: Omit<Job, 'name' | 'controller' | 'outcome' | 'settled'>): Command => ({
  check: ({ limits }) => job.bytes <= limits.maxInFlightBytes,
  async run(model, real) {
    const made: Job = {
      ...job,
      name: `task ${model.jobs.length}`,
      controller: new AbortController(),
      outcome: 'waiting',
      settled: 0,
    };
    model.jobs.push(made);
    submit(made, real);
    await check(model, real);
  },
  toString: () => `schedule ${JSON.stringify(job)}`,
});

function submit(job: Job, { scheduler }: Real): void {
  const { queue, client, priority, bytes, kind, name, controller } = job;
  const settle = (outcome: Job['outcome']): void => {
    job.outcome = outcome;
    job.settled += outcome === 'submitted' ? 0 : 1;
  };
  scheduler
    .schedule(
      {
        queue,
        client,
        priority,
        analysis: { bytesRead: bytes, bytesWritten: 0, passes: 1 },
        encode(encoder) {
          if (kind === 'throws') throw new Error('it throws');
          encoder.insertDebugMarker(kind === 'invalid' ? 'invalid' : name);
        },
      },
      { signal: controller.signal },
    )
    .then(
      ({ finished }) => {
        settle('submitted');
        finished.then(() => settle('finished'));
      },
      ({ code }) => settle(code === 'E_ABORTED' ? 'aborted' : 'failed'),
    );
}

const several = (jobs: Parameters<typeof schedule>[0][]): Command => ({
  check: ({ limits }) => jobs.every(({ bytes }) => bytes <= limits.maxInFlightBytes),
  async run(model, real) {
    for (const job of jobs) {
      const name = `task ${model.jobs.length}`;
      const made: Job = { ...job, name, controller: new AbortController(), outcome: 'waiting', settled: 0 };
      model.jobs.push(made);
      submit(made, real);
    }
    await check(model, real);
  },
  toString: () => `schedule at once ${JSON.stringify(jobs)}`,
});

const abort = (choice: number): Command => ({
  check: () => true,
  async run(model, real) {
    const all = model.jobs.filter(({ controller }) => !controller.signal.aborted);
    const job = all[choice % Math.max(1, all.length)];
    const was = job?.outcome;
    job?.controller.abort();
    await check(model, real);
    if (was === 'waiting') expect(job?.outcome).toBe('aborted');
    else expect(job?.outcome).not.toBe('aborted');
  },
  toString: () => `abort ${choice}`,
});

const finish = (count: number): Command => ({
  check: () => true,
  async run(model, real) {
    real.gpu.finish(count);
    await check(model, real);
  },
  toString: () => `finish ${count}`,
});

const job = fc.record({
  queue: fc.constantFrom<GpuQueueName>('render', 'compute'),
  client: fc.constantFrom('a', 'b', 'c'),
  priority: fc.integer({ min: 0, max: 2 }),
  bytes: fc.integer({ min: 0, max: 60 }),
  kind: fc.constantFrom<Job['kind']>('fine', 'fine', 'fine', 'fine', 'invalid', 'throws'),
});
const commands = fc.commands(
  [
    job.map(schedule),
    fc.array(job, { minLength: 2, maxLength: 6 }).map(several),
    fc.integer({ min: 1, max: 3 }).map(finish),
    fc.integer({ min: 1, max: 3 }).map(finish),
    fc.nat({ max: 20 }).map(abort),
  ],
  { maxCommands: 30 },
);
const limits = fc.record({
  maxInFlight: fc.integer({ min: 1, max: 4 }),
  maxInFlightBytes: fc.integer({ min: 60, max: 200 }),
  batch: fc.integer({ min: 1, max: 6 }),
});

test('the scheduler keeps its promises whatever happens', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(limits, commands, async (chosen, all) => {
      const gpu = new FakeGpu();
      const context = await createGpuContext({ device: gpu.device, maxBytes: 1 << 20 });
      const { maxInFlight, maxInFlightBytes, batch } = chosen;
      const scheduler = createGpuScheduler({
        context,
        maxInFlight,
        maxInFlightBytes,
        batch: { min: batch, max: batch },
        mapBuffer: mapDirectly,
      });
      const model: Model = { limits: chosen, jobs: [] };
      await fc.asyncModelRun(() => ({ model, real: { gpu, scheduler } }), all);
      // Everything that was scheduled comes to an end.
      for (let turn = 0; turn < 200 && waiting(model).length + flying(model).length > 0; turn += 1) {
        gpu.finish(1);
        await settleAll();
        await settleAll();
      }
      expect(model.jobs.every(({ settled }) => settled === 1)).toBe(true);
      for (const { kind, outcome } of model.jobs) {
        if (kind === 'fine') expect(['finished', 'aborted']).toContain(outcome);
        else expect(['failed', 'aborted']).toContain(outcome);
      }
      await scheduler.close();
      expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    }),
    { numRuns: 200 },
  );
});
