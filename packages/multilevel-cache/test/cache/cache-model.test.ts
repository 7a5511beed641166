import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache, memory, packedMemory, type WriteMode } from '../../src/index.js';
import { CacheHistory } from './cache-history.js';
import { type Fault, faultTier, settle } from './fault-tier.js';

type Action =
  | { type: 'set'; key: string; size: number; ttlMs: number | undefined; tags: string[] }
  | { type: 'get' | 'delete' | 'peek' | 'pin' | 'getSync' | 'lease'; key: string }
  | { type: 'load'; key: string; isSlow: boolean; tags: string[] }
  | { type: 'tag'; tag: string }
  | { type: 'clear' | 'release' | 'settle' | 'flush' }
  | { type: 'trim'; bytes: number }
  | { type: 'advance' | 'tick'; ms: number }
  | { type: 'fault'; tier: 0 | 1; fault: Fault };

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const tags = fc.subarray(['x', 'y']);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('set' as const),
      key,
      size: fc.integer({ min: 4, max: 700 }),
      ttlMs: fc.constantFrom(undefined, 50, 2000),
      tags,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ type: fc.constantFrom('get' as const, 'peek', 'lease', 'getSync'), key }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('pin' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('load' as const), key, isSlow: fc.boolean(), tags }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tag' as const), tag: fc.constantFrom('x', 'y') }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('clear' as const, 'release', 'settle', 'settle', 'flush') }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('trim' as const), bytes: fc.nat(1000) }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('tick' as const), ms: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.constantFrom(1, 40, 1500) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('fault' as const),
      tier: fc.constantFrom(0 as const, 1 as const),
      fault: fc.constantFrom<Fault>('none', 'fail', 'failAfter', 'hang'),
    }),
  },
);

const encoded = (value: number, size: number): Uint8Array => {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
};
const decoded = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);

interface Setup {
  readonly modes: readonly [WriteMode, WriteMode];
  readonly promotion: 'always' | 'by-frequency' | 'never';
}

async function play({ modes, promotion }: Setup, actions: readonly Action[]): Promise<void> {
  const clock = createManualClock(10_000);
  const wallClock = (): number => clock.now();
  const inner = [
    packedMemory({ maxBytes: 2500, name: 'near', wallClock }),
    packedMemory({ maxBytes: 6000, name: 'far', wallClock }),
  ];
  const faults = inner.map(faultTier);
  const [near, far] = faults as [(typeof faults)[0], (typeof faults)[0]];
  const cache = createCache({
    tiers: [
      memory({ maxBytes: 1200 }),
      { tier: near.tier, write: modes[0], timeoutMs: 1000, breaker: { failures: 2, cooldownMs: 100 } },
      { tier: far.tier, write: modes[1], timeoutMs: 1000, concurrency: 1, maxPendingBytes: 2000 },
    ],
    clock,
    wallClock,
    promotion,
  });
  const history = new CacheHistory();
  const pins: Disposable[] = [];
  const open = new Set<Promise<unknown>>();
  let nextValue = 1;

  const watch = <T>(promise: Promise<T>, check: (result: T) => void = () => {}): void => {
    const watched = promise.then(check).finally(() => open.delete(watched));
    open.add(watched);
    // Looked at in the end.
    watched.catch(() => {});
    failures.push(watched);
  };
  const failures: Promise<unknown>[] = [];
  const reading = (name: string): ((bytes: Uint8Array | undefined) => void) => {
    const [step, nowMs] = [history.step, clock.now()];
    return (bytes) => {
      if (bytes === undefined) return;
      const value = decoded(bytes);
      if (!history.had(name, value, step, nowMs))
        throw new Error(`${name} was given as ${value}, which it wasn't since step ${step}`);
    };
  };

  for (const one of actions) {
    history.step += 1;
    switch (one.type) {
      case 'set': {
        const value = nextValue++;
        const { ttlMs } = one;
        history.set(one.key, value, clock.now() + (ttlMs ?? Number.POSITIVE_INFINITY), one.tags);
        watch(cache.set(one.key, encoded(value, one.size), { ttlMs, tags: one.tags }));
        break;
      }
      case 'get':
        watch(cache.get(one.key), reading(one.key));
        break;
      case 'peek':
        watch(cache.peek(one.key), reading(one.key));
        break;
      case 'getSync':
        reading(one.key)(cache.getSync(one.key));
        break;
      case 'lease': {
        const check = reading(one.key);
        watch(cache.lease(one.key), (lease) => {
          check(lease?.bytes);
          lease?.release();
        });
        break;
      }
      case 'load': {
        const loader = async (): Promise<Uint8Array> => {
          const value = nextValue++;
          history.load(one.key, value, Number.POSITIVE_INFINITY, one.tags);
          if (one.isSlow) await settle(2);
          return encoded(value, 100);
        };
        watch(cache.getOrLoad(one.key, loader, { tags: one.tags }), reading(one.key));
        break;
      }
      case 'delete':
        history.delete(one.key);
        watch(cache.delete(one.key));
        break;
      case 'tag':
        history.deleteByTag(one.tag);
        watch(cache.deleteByTag(one.tag));
        break;
      case 'clear':
        history.clear();
        watch(cache.clear());
        break;
      case 'pin':
        watch(cache.pin(one.key), (pin) => {
          if (pin !== undefined) pins.push(pin);
          if (pins.length > 2) pins.shift()?.[Symbol.dispose]();
        });
        break;
      case 'trim':
        cache.trim({ bytes: one.bytes });
        break;
      case 'flush':
        watch(cache.flush());
        break;
      case 'advance':
        // Time passes between turns of the event loop, not within one.
        await settle(1);
        clock.advance(one.ms);
        break;
      case 'tick':
        // Microtasks: between the steps of a call.
        for (let turn = 0; turn < one.ms; turn += 1) await undefined;
        break;
      case 'fault':
        (one.tier === 0 ? near : far).fault = one.fault;
        break;
      case 'release':
        near.release();
        far.release();
        break;
      default:
        await settle(2);
    }
    const [memoryStats, ...lower] = cache.stats().tiers;
    if (memoryStats?.kind === 'memory') expect(memoryStats.bytes).toBeLessThanOrEqual(memoryStats.maxBytes);
    for (const lane of lower) {
      if (lane.kind === 'bytes') expect(lane.tier.bytes).toBeLessThanOrEqual(lane.tier.maxBytes);
    }
  }

  // The tiers are well again: everything comes to its end, and nothing old is left in them.
  for (const fault of faults) fault.fault = 'none';
  for (let round = 0; round < 12; round += 1) {
    for (const fault of faults) fault.release();
    await settle(3);
    clock.advance(5000);
    for (const name of ['a', 'b', 'c', 'd', 'e']) watch(cache.get(name), reading(name));
    await settle(3);
  }
  await Promise.all(failures);
  expect(open.size).toBe(0);
  await cache.flush();
  history.step += 1;
  for (const tier of inner) {
    for await (const { key: name } of tier.entries()) {
      const stored = await tier.get(name);
      if (stored !== undefined) reading(name)(stored.bytes);
    }
  }
  await cache.close();
}

const setup: fc.Arbitrary<Setup> = fc.record({
  modes: fc.tuple(
    fc.constantFrom<WriteMode>('through', 'back', 'around'),
    fc.constantFrom<WriteMode>('through', 'back', 'around'),
  ),
  promotion: fc.constantFrom('always' as const, 'by-frequency', 'never'),
});

describe('a cache over tiers that fail, hang and come back', () => {
  it('never gives what was set over, deleted or over, and never keeps a caller waiting', async () => {
    await fc.assert(
      fc.asyncProperty(setup, fc.array(action, { minLength: 10, maxLength: 80, size: 'max' }), play),
      { numRuns: 400 },
    );
  });

  it('nor while the tiers are well', async () => {
    const well = action.filter(({ type }) => type !== 'fault');
    await fc.assert(
      fc.asyncProperty(setup, fc.array(well, { minLength: 10, maxLength: 80, size: 'max' }), play),
      { numRuns: 80 },
    );
  });
});
