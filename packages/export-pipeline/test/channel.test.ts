import { createManualClock, isFramerailError } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChannel } from '../src/channel/create-channel.js';

interface Item {
  readonly id: number;
  readonly size: number;
}

const channelOf = (maxItems: number, maxBytes: number, dropped: Item[] = []) =>
  createChannel<Item>({
    name: 'a to b',
    maxItems,
    maxBytes,
    sizeOf: (item) => item.size,
    onDrop: (item) => dropped.push(item),
  });

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
};

type Command =
  | { kind: 'send'; size: number; timeoutMs?: number; abortable: boolean }
  | { kind: 'receive'; timeoutMs?: number }
  | { kind: 'pass'; ms: number }
  | { kind: 'abort' }
  | { kind: 'close' }
  | { kind: 'fail' };

const wait = fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined });
const command = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      size: fc.integer({ min: 0, max: 12 }),
      timeoutMs: wait,
      abortable: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('receive' as const), timeoutMs: wait }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 20 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'abort' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'fail' as const }) },
) as fc.Arbitrary<Command>;

/** The channel as one would write it on paper: lists, and a rule that is applied until nothing moves. */
class Model {
  queue: Item[] = [];
  senders: { item: Item; until: number; controller: AbortController | undefined }[] = [];
  receivers: { id: number; until: number }[] = [];
  state: 'open' | 'closed' | 'failed' = 'open';
  dropped: number[] = [];
  results = new Map<string, string>();
  now = 0;
  constructor(
    readonly maxItems: number,
    readonly maxBytes: number,
  ) {}
  bytes = (): number => this.queue.reduce((sum, item) => sum + item.size, 0);
  ended = (): boolean => this.state === 'closed' && this.queue.length + this.senders.length === 0;
  drop(item: Item, why: string): void {
    this.dropped.push(item.id);
    this.results.set(`s${item.id}`, why);
  }
  move(): void {
    for (let moved = true; moved; ) {
      moved = false;
      const head = this.senders[0];
      if (head && this.queue.length < this.maxItems && this.bytes() + head.item.size <= this.maxBytes) {
        this.senders.shift();
        this.queue.push(head.item);
        this.results.set(`s${head.item.id}`, 'sent');
        moved = true;
      } else if (this.receivers.length > 0 && this.queue.length > 0) {
        this.results.set(`r${this.receivers.shift()?.id}`, `got ${this.queue.shift()?.id}`);
        moved = true;
      } else if (this.receivers.length > 0 && this.ended()) {
        this.results.set(`r${this.receivers.shift()?.id}`, 'done');
        moved = true;
      }
    }
  }
  send(item: Item, timeoutMs: number | undefined, controller: AbortController | undefined): void {
    if (this.state !== 'open') this.drop(item, this.state === 'failed' ? 'broken' : 'E_CHANNEL_CLOSED');
    else if (item.size > this.maxBytes) this.drop(item, 'E_CHANNEL_ITEM_TOO_LARGE');
    else this.#join(item, timeoutMs, controller);
  }
  #join(item: Item, timeoutMs: number | undefined, controller: AbortController | undefined): void {
    this.senders.push({ item, until: timeoutMs === undefined ? Infinity : this.now + timeoutMs, controller });
    this.move();
    if (timeoutMs === 0) this.expire();
  }
  receive(id: number, timeoutMs: number | undefined): void {
    if (this.state === 'failed') return void this.results.set(`r${id}`, 'broken');
    this.receivers.push({ id, until: timeoutMs === undefined ? Infinity : this.now + timeoutMs });
    this.move();
    if (timeoutMs === 0) this.expire();
  }
  expire(): void {
    for (const sender of this.senders.filter(({ until }) => until <= this.now)) {
      this.senders.splice(this.senders.indexOf(sender), 1);
      this.drop(sender.item, 'E_TIMEOUT');
      this.move();
    }
    for (const receiver of this.receivers.filter(({ until }) => until <= this.now)) {
      this.receivers.splice(this.receivers.indexOf(receiver), 1);
      this.results.set(`r${receiver.id}`, 'E_TIMEOUT');
    }
  }
  fail(): void {
    if (this.state === 'failed' || this.ended()) return;
    this.state = 'failed';
    for (const { item } of this.senders.splice(0)) this.drop(item, 'broken');
    for (const { id } of this.receivers.splice(0)) this.results.set(`r${id}`, 'broken');
    for (const item of this.queue.splice(0)) this.dropped.push(item.id);
  }
}

const outcome = (error: unknown): string => (isFramerailError(error) ? error.code : (error as Error).message);

describe('channel', () => {
  it('does what its model does, whatever the order of calls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(command, { maxLength: 60 }),
        async (maxItems, maxBytes, commands) => {
          const clock = createManualClock();
          const dropped: number[] = [];
          const results = new Map<string, string>();
          const channel = createChannel<Item>({
            name: 'model',
            maxItems,
            maxBytes,
            sizeOf: (item) => item.size,
            onDrop: (item) => dropped.push(item.id),
            clock,
          });
          const model = new Model(maxItems, maxBytes);
          let id = 0;
          for (const step of commands) {
            id += 1;
            const label = id;
            if (step.kind === 'send') {
              const controller = step.abortable ? new AbortController() : undefined;
              const item = { id, size: step.size };
              channel.send(item, { timeoutMs: step.timeoutMs, signal: controller?.signal }).then(
                () => results.set(`s${label}`, 'sent'),
                (error) => results.set(`s${label}`, outcome(error)),
              );
              model.send(item, step.timeoutMs, controller);
            } else if (step.kind === 'receive') {
              channel.receive({ timeoutMs: step.timeoutMs }).then(
                (result) => results.set(`r${label}`, result.done ? 'done' : `got ${result.value.id}`),
                (error) => results.set(`r${label}`, outcome(error)),
              );
              model.receive(id, step.timeoutMs);
            } else if (step.kind === 'pass') {
              // One by one, so that both worlds see timers that fall due together in the same order.
              for (let ms = 0; ms < step.ms; ms++) {
                clock.advance(1);
                model.now += 1;
                model.expire();
              }
            } else if (step.kind === 'abort') {
              const sender = model.senders.find(({ controller }) => controller !== undefined);
              if (sender !== undefined) {
                model.senders.splice(model.senders.indexOf(sender), 1);
                model.drop(sender.item, 'E_ABORTED');
                model.move();
                sender.controller?.abort();
              }
            } else if (step.kind === 'close') {
              channel.close();
              if (model.state === 'open') model.state = 'closed';
              model.move();
            } else {
              channel.fail(new Error('broken'));
              model.fail();
            }
            await settled();
            const stats = channel.stats();
            expect(stats.items).toBe(model.queue.length);
            expect(stats.bytes).toBe(model.bytes());
            expect(stats.items).toBeLessThanOrEqual(maxItems);
            expect(stats.bytes).toBeLessThanOrEqual(maxBytes);
            expect(stats.sendersWaiting).toBe(model.senders.length);
            expect(stats.receiversWaiting).toBe(model.receivers.length);
            expect(stats.state).toBe(model.ended() ? 'ended' : model.state);
          }
          channel.fail(new Error('broken'));
          model.fail();
          await settled();
          expect(Object.fromEntries(results)).toEqual(Object.fromEntries(model.results));
          expect([...dropped].sort()).toEqual([...model.dropped].sort());
          expect(clock.pendingTimers).toBe(0);
        },
      ),
      { seed: 20240611, numRuns: 400 },
    );
  });

  it('measures how long each side has waited', async () => {
    const clock = createManualClock();
    const channel = createChannel<number>({
      name: 'timed',
      maxItems: 1,
      maxBytes: 8,
      sizeOf: () => 1,
      clock,
    });
    await channel.send(1);
    const second = channel.send(2);
    clock.advance(40);
    expect(channel.stats().sendWaitMs).toBe(40);
    await channel.receive();
    await second;
    await channel.receive();
    const third = channel.receive();
    clock.advance(7);
    await channel.send(3);
    await third;
    expect(channel.stats()).toMatchObject({
      sendWaitMs: 40,
      receiveWaitMs: 7,
      highWaterItems: 1,
      received: 3,
    });
    expect(Object.isFrozen(channel.stats())).toBe(true);
  });

  it('is an async iterable that ends when it is closed and empty', async () => {
    const channel = channelOf(2, 100);
    const sending = (async () => {
      for (let id = 0; id < 20; id++) await channel.send({ id, size: id });
      channel.close();
    })();
    const got: number[] = [];
    for await (const { id } of channel) got.push(id);
    await sending;
    expect(got).toEqual(Array.from({ length: 20 }, (_, id) => id));
    expect(channel.stats().state).toBe('ended');
  });

  it('tells its senders when the receiver leaves the loop', async () => {
    const dropped: Item[] = [];
    const channel = channelOf(1, 100, dropped);
    const first = channel.send({ id: 1, size: 1 });
    const sends = [2, 3].map((id) => channel.send({ id, size: 1 }));
    await first;
    const results = Promise.allSettled(sends);
    for await (const _ of channel) break;
    // The second had found room while the first was received; it is dropped in the channel, the third while it waits.
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(dropped.map(({ id }) => id).sort()).toEqual([2, 3]);
    await expect(channel.send({ id: 4, size: 1 })).rejects.toMatchObject({ code: 'E_CHANNEL_CLOSED' });
  });

  it('refuses limits that are missing or no counts, and items that never fit', async () => {
    const make = (limits: object) => () =>
      createChannel<number>({
        name: 'x',
        sizeOf: () => 1,
        ...(limits as { maxItems: number; maxBytes: number }),
      });
    expect(make({ maxItems: 1 })).toThrowError(/limit for maxBytes/);
    expect(make({ maxBytes: 1 })).toThrowError(/limit for maxItems/);
    expect(make({ maxItems: 0, maxBytes: 1 })).toThrowError(/maxItems/);
    expect(make({ maxItems: 1.5, maxBytes: 1 })).toThrowError(/maxItems/);
    const dropped: Item[] = [];
    await expect(channelOf(1, 10, dropped).send({ id: 1, size: 11 })).rejects.toMatchObject({
      code: 'E_CHANNEL_ITEM_TOO_LARGE',
    });
    expect(dropped).toHaveLength(1);
  });

  it('refuses to start waiting under an aborted signal', async () => {
    const dropped: Item[] = [];
    const channel = channelOf(1, 10, dropped);
    const signal = AbortSignal.abort();
    await expect(channel.receive({ signal })).rejects.toMatchObject({ code: 'E_ABORTED' });
    await expect(channel.send({ id: 1, size: 1 }, { signal })).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(dropped).toHaveLength(1);
    expect(channel.stats()).toMatchObject({ items: 0, sendersWaiting: 0, receiversWaiting: 0 });
  });
});
