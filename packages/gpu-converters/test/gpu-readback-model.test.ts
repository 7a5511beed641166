// The ring against a model of it, on a device that finishes what a command says.
import type { Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createGpuContext,
  createReadbackRing,
  type GpuContext,
  type ReadbackRing,
  type ReadbackSlot,
} from '../src/index.js';
import { FakeGpu, mapDirectly, settleAll } from './fake-gpu.js';

const BYTES = 16;
const MOST_SLOTS = 5;

/** What a caller asked for, from the wait for a slot to the release of the lease. */
interface Ticket {
  readonly number: number;
  readonly controller: AbortController;
  era: number;
  state: 'waiting' | 'taken' | 'reading' | 'returning' | 'lent' | 'over';
  /** Whether the GPU has finished its copy. */
  isCopied: boolean;
  slot?: ReadbackSlot;
  lease?: Lease;
  error?: unknown;
}

interface Model {
  slots: number;
  era: number;
  free: number;
  tickets: Ticket[];
  /** In the order of `read`: results may not overtake each other. */
  reads: Ticket[];
  submitted: Ticket[];
  given: number[];
}

interface Real {
  readonly gpu: FakeGpu;
  readonly context: GpuContext;
  readonly ring: ReadbackRing;
  readonly given: number[];
}

const inState = (model: Model, state: Ticket['state']): Ticket[] =>
  model.tickets.filter((ticket) => ticket.state === state);

/** A place is free again: for the first who waits, if it is of the present size. */
function comeBack(model: Model, era: number): void {
  if (era !== model.era) return;
  const [first] = inState(model, 'waiting');
  if (first === undefined) model.free += 1;
  else Object.assign(first, { state: 'taken', era });
}

/** Hands out what can be handed out, in order. */
function deliver(model: Model): void {
  for (let first = model.reads[0]; first !== undefined; first = model.reads[0]) {
    if (first.state === 'reading' && !first.isCopied) return;
    if (first.state === 'reading') {
      first.state = 'lent';
      model.given.push(first.number);
    }
    model.reads.shift();
  }
}

/** The ticket that a number picks among those in a state. */
function pick(model: Model, state: Ticket['state'], choice: number): Ticket | undefined {
  const all = inState(model, state);
  return all[choice % Math.max(1, all.length)];
}

async function check(model: Model, { ring, context, given }: Real): Promise<void> {
  await settleAll();
  await settleAll();
  const now = model.tickets.filter(({ era }) => era === model.era);
  const count = (...states: Ticket['state'][]): number =>
    now.filter(({ state }) => states.includes(state)).length;
  const old = model.tickets.filter(
    ({ era, state }) => era < model.era && state !== 'waiting' && state !== 'over',
  ).length;
  expect(ring.stats()).toMatchObject({
    slots: model.slots,
    free: model.free,
    taken: count('taken'),
    reading: count('reading', 'returning'),
    lent: count('lent'),
    draining: old,
    waiting: inState(model, 'waiting').length,
  });
  expect(given).toEqual(model.given);
  expect(context.stats().bytes).toBe((model.slots + old) * BYTES);
  for (const ticket of model.tickets) {
    if (ticket.state === 'waiting') expect([ticket.slot, ticket.error]).toEqual([undefined, undefined]);
    if (ticket.state === 'taken') expect(ticket.slot?.readback.mapState).toBe('unmapped');
    if (ticket.state === 'returning') expect(ticket.error).toMatchObject({ code: 'E_ABORTED' });
    if (ticket.state === 'lent') expect(ticket.lease?.bytes[0]).toBe(ticket.number % 256);
  }
}

type Command = fc.AsyncCommand<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => void | Promise<void>): Command => ({
  check: () => true,
  async run(model, real) {
    await run(model, real);
    await check(model, real);
  },
  toString: () => name,
});

const acquire = (): Command =>
  command('acquire', (model, { ring }) => {
    const ticket: Ticket = {
      number: model.tickets.length + 1,
      controller: new AbortController(),
      era: model.era,
      state: model.free > 0 ? 'taken' : 'waiting',
      isCopied: false,
    };
    if (model.free > 0) model.free -= 1;
    model.tickets.push(ticket);
    ring.acquire({ signal: ticket.controller.signal }).then(
      (slot) => {
        ticket.slot = slot;
      },
      (error) => {
        ticket.error = error;
      },
    );
  });

const read = (choice: number): Command =>
  command(`read ${choice}`, (model, { gpu, given }) => {
    const ticket = pick(model, 'taken', choice);
    if (ticket?.slot === undefined) return;
    const source = gpu.device.createBuffer({ size: BYTES, usage: 0x4 });
    (source as unknown as { memory: Uint8Array }).memory.fill(ticket.number);
    const encoder = gpu.device.createCommandEncoder();
    ticket.slot.copy(encoder, { source });
    gpu.device.queue.submit([encoder.finish()]);
    ticket.state = 'reading';
    model.reads.push(ticket);
    model.submitted.push(ticket);
    ticket.slot.read({ signal: ticket.controller.signal }).then(
      (lease) => {
        given.push(ticket.number);
        ticket.lease = lease;
      },
      (error) => {
        ticket.error = error;
      },
    );
  });

const finish = (count: number): Command =>
  command(`finish ${count}`, (model, { gpu }) => {
    gpu.finish(count);
    for (const ticket of model.submitted.splice(0, count)) {
      ticket.isCopied = true;
      if (ticket.state !== 'returning') continue;
      ticket.state = 'over';
      comeBack(model, ticket.era);
    }
    deliver(model);
  });

const release = (choice: number): Command =>
  command(`release the lease ${choice}`, (model) => {
    const ticket = pick(model, 'lent', choice);
    if (ticket === undefined) return;
    ticket.lease?.release();
    ticket.state = 'over';
    comeBack(model, ticket.era);
  });

const giveUp = (choice: number): Command =>
  command(`give the slot ${choice} back unread`, (model) => {
    const ticket = pick(model, 'taken', choice);
    if (ticket === undefined) return;
    ticket.slot?.release();
    ticket.state = 'over';
    comeBack(model, ticket.era);
  });

const abort = (state: 'waiting' | 'reading', choice: number): Command =>
  command(`abort ${choice} of those ${state}`, (model) => {
    const ticket = pick(model, state, choice);
    if (ticket === undefined) return;
    ticket.controller.abort();
    if (state === 'waiting') ticket.state = 'over';
    else if (ticket.isCopied) {
      // It was only waiting for the results before it.
      ticket.state = 'over';
      comeBack(model, ticket.era);
    } else ticket.state = 'returning';
    deliver(model);
  });

const resize = (slots: number): Command =>
  command(`resize to ${slots}`, async (model, { ring }) => {
    await ring.resize({ slots });
    model.era += 1;
    model.slots = slots;
    model.free = 0;
    for (let slot = 0; slot < slots; slot += 1) comeBack(model, model.era);
  });

const choice = fc.nat({ max: 7 });
const commands = fc.commands(
  [
    fc.constant(null).map(acquire),
    fc.constant(null).map(acquire),
    choice.map(read),
    choice.map(read),
    fc.integer({ min: 1, max: 3 }).map(finish),
    choice.map(release),
    choice.map(giveUp),
    choice.map((number) => abort('waiting', number)),
    choice.map((number) => abort('reading', number)),
    fc.integer({ min: 1, max: MOST_SLOTS }).map(resize),
  ],
  { maxCommands: 60 },
);

test('the ring does what its model does, and leaves nothing behind', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: MOST_SLOTS }), commands, async (slots, all) => {
      const gpu = new FakeGpu();
      const context = await createGpuContext({ device: gpu.device, maxBytes: 1 << 20 });
      const ring = await createReadbackRing({
        context,
        slots,
        bytes: BYTES,
        timeoutMs: 1_000_000,
        mapBuffer: mapDirectly,
      });
      const model: Model = { slots, era: 0, free: slots, tickets: [], reads: [], submitted: [], given: [] };
      const given: number[] = [];
      try {
        await fc.asyncModelRun(() => ({ model, real: { gpu, context, ring, given } }), all);
      } finally {
        const closing = ring.close();
        gpu.finish();
        await closing;
        await settleAll();
        for (const { slot, lease, state } of model.tickets) {
          slot?.release();
          if (lease !== undefined && state !== 'over') lease.release();
        }
      }
      expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    }),
    { numRuns: 300 },
  );
});
