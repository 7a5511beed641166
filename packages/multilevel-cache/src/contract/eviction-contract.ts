import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import type { EvictionOptions, EvictionPolicy } from '../eviction/eviction-policy.js';
import { type EvictionLedger, openLedger } from './eviction-ledger.js';

/** What {@link evictionContract} needs to know. */
export interface EvictionContractOptions {
  /** Makes the policy under test, anew for each case. */
  createPolicy(options: EvictionOptions<string>): EvictionPolicy<string>;
  /** Picks what the random cases do; default 1. */
  readonly seed?: number | undefined;
}

/**
 * What every {@link EvictionPolicy} must do, as cases for the test runner at hand:
 * `for (const { name, run } of evictionContract({ createPolicy: lru })) test(name, run)`.
 *
 * @param options - how to make the policy
 */
export function evictionContract(options: EvictionContractOptions): readonly ContractCase[] {
  const { createPolicy, seed = 1 } = options;
  const open = (limits: EvictionOptions<string>): EvictionLedger => openLedger(createPolicy(limits));
  const nothing = (): void => {};
  return [
    {
      name: 'has a name and its limits',
      run() {
        const policy = createPolicy({ maxBytes: 100, maxEntries: 7 });
        demand(policy.name !== '', 'a name');
        demand(policy.maxBytes === 100 && policy.maxEntries === 7, 'the limits that it was given');
        demand(policy.bytes === 0 && policy.size === 0, 'to be empty at first');
      },
    },
    {
      name: 'keeps everything while there is room',
      run() {
        const ledger = open({ maxBytes: 1000 });
        for (let i = 0; i < 100; i += 1) demand(ledger.set(`k${i}`, 10), `k${i} to be kept`);
        ledger.check();
        demand(ledger.gone.length === 0, 'nothing to be let go while there is room');
      },
    },
    {
      name: 'refuses an entry larger than itself, lets nothing go for it, and forgets the earlier one',
      run() {
        const ledger = open({ maxBytes: 100 });
        for (const key of ['a', 'b']) ledger.set(key, 40);
        demand(!ledger.set('huge', 101), 'an entry that is too large not to be kept');
        demand(ledger.held.size === 2, 'the others to stay');
        demand(!ledger.set('a', Number.MAX_SAFE_INTEGER), 'an entry that became too large not to be kept');
        demand(ledger.held.has('b'), 'the others to stay');
        ledger.check();
      },
    },
    {
      name: 'takes an entry of exactly its size',
      run() {
        const ledger = open({ maxBytes: 100 });
        for (let round = 0; round < 50; round += 1) ledger.use('whole', 100);
        demand(ledger.held.has('whole'), 'an entry that fills it to be kept');
        ledger.check();
      },
    },
    {
      name: 'takes entries that weigh nothing, up to maxEntries',
      run() {
        const ledger = open({ maxBytes: 1, maxEntries: 10 });
        for (let i = 0; i < 100; i += 1) {
          ledger.use(`k${i % 30}`, 0);
          ledger.check();
        }
        demand(ledger.held.size > 0, 'some to be kept');
      },
    },
    {
      name: 'holds no pinned entry back from anybody else, and lets none go',
      run() {
        const ledger = open({ maxBytes: 100 });
        ledger.set('pinned', 60);
        ledger.pin('pinned');
        ledger.pin('pinned');
        for (let i = 0; i < 500; i += 1) {
          ledger.use(`k${i % 40}`, 10);
          ledger.check();
        }
        demand(!ledger.set('large', 41), 'what fits only in place of pinned entries not to be kept');
        ledger.unpin('pinned');
        for (let i = 0; i < 500; i += 1) ledger.use(`l${i % 40}`, 10);
        demand(ledger.held.has('pinned'), 'an entry that was pinned twice to need as many unpins');
        ledger.check();
      },
    },
    {
      name: 'lets an entry go again once it is unpinned',
      run() {
        const ledger = open({ maxBytes: 100 });
        ledger.set('pinned', 100);
        ledger.pin('pinned');
        demand(!ledger.set('other', 1), 'nothing to fit beside pinned entries');
        ledger.unpin('pinned');
        ledger.unpin('pinned');
        for (let i = 0; i < 400; i += 1) ledger.use(`k${i % 4}`, 20);
        demand(!ledger.held.has('pinned'), 'an entry that nobody uses to go');
        ledger.check();
      },
    },
    {
      name: 'shrinks and grows',
      run() {
        const ledger = open({ maxBytes: 1000 });
        for (let i = 0; i < 100; i += 1) ledger.use(`k${i}`, 10);
        ledger.resize(300);
        ledger.check();
        demandHeld(ledger, 30, 300);
        ledger.resize(0);
        ledger.check();
        demandHeld(ledger, 0, 0);
        demand(!ledger.set('a', 1), 'nothing to be held in nothing');
        ledger.resize(2000);
        for (let i = 0; i < 200; i += 1) demand(ledger.set(`k${i}`, 10), 'everything to fit again');
        ledger.check();
      },
    },
    {
      name: 'shrinks below what is pinned as soon as that is unpinned',
      run() {
        const ledger = open({ maxBytes: 100 });
        for (const key of ['a', 'b', 'c']) ledger.set(key, 30);
        ledger.pin('a');
        ledger.pin('b');
        ledger.resize(40);
        ledger.check();
        demand(
          ledger.policy.maxBytes === 60 && ledger.held.size === 2,
          'what is pinned to stay, and no more',
        );
        demand(!ledger.set('d', 1), 'nothing else to be taken meanwhile');
        ledger.unpin('a');
        ledger.check();
        demandHeld(ledger, 1, 40);
      },
    },
    {
      name: 'takes another weight of an entry',
      run() {
        const ledger = open({ maxBytes: 100 });
        for (const key of ['a', 'b', 'c', 'd']) ledger.set(key, 25);
        for (const bytes of [1, 0, 25, 90, 100, 3]) {
          ledger.set('c', bytes);
          ledger.check();
        }
      },
    },
    {
      name: 'deletes and clears, pinned or not',
      run() {
        const ledger = open({ maxBytes: 100 });
        for (const key of ['a', 'b', 'c']) ledger.set(key, 20);
        ledger.pin('b');
        for (const key of ['a', 'b', 'nobody']) ledger.delete(key);
        ledger.check();
        ledger.pin('c');
        ledger.clear();
        ledger.check();
        for (let i = 0; i < 30; i += 1) ledger.use(`k${i % 7}`, 20);
        ledger.check();
      },
    },
    {
      name: 'takes any string for a key',
      run() {
        const ledger = open({ maxBytes: 10_000 });
        const keys = ['', '\0', '__proto__', 'constructor', 'é', 'e\u0301', '\ud800', 'a'.repeat(100_000)];
        for (const key of keys) ledger.set(key, 1);
        for (const key of keys) demand(ledger.use(key, 1), 'each to be found under its own name');
        ledger.check();
      },
    },
    {
      name: 'refuses weights, costs and limits that are none, and goes on',
      async run() {
        const ledger = open({ maxBytes: 100 });
        ledger.set('a', 10);
        const { policy } = ledger;
        for (const wrong of [
          -1,
          Number.NaN,
          0.5,
          Number.POSITIVE_INFINITY,
          '1' as never,
          undefined as never,
        ]) {
          await demandCode('E_INVALID_ARGUMENT', () => policy.set('a', wrong, 0, nothing));
          await demandCode('E_INVALID_ARGUMENT', () => policy.resize(wrong, nothing));
          await demandCode('E_INVALID_ARGUMENT', () => createPolicy({ maxBytes: 1, maxEntries: wrong ?? 0 }));
        }
        for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, '1' as never])
          await demandCode('E_INVALID_ARGUMENT', () => policy.set('b', 1, wrong, nothing));
        await demandCode('E_UNBOUNDED', () => createPolicy({} as never));
        await demandCode('E_UNBOUNDED', () => createPolicy({ maxBytes: Number.POSITIVE_INFINITY }));
        await demandCode('E_INVALID_ARGUMENT', () => createPolicy({ maxBytes: 0 }));
        ledger.check();
      },
    },
    {
      name: 'keeps its books whatever comes',
      run() {
        for (let round = 0; round < 20; round += 1) chaos(open, seed * 1000 + round);
      },
    },
  ];
}

function demandHeld(ledger: EvictionLedger, entries: number, maxBytes: number): void {
  demand(ledger.held.size === entries, `${entries} entries to be held, not ${ledger.held.size}`);
  demand(ledger.policy.maxBytes === maxBytes, `maxBytes to be ${maxBytes}, not ${ledger.policy.maxBytes}`);
}

/** Random calls of everything, with the books looked at after each. */
function chaos(open: (limits: EvictionOptions<string>) => EvictionLedger, seed: number): void {
  let state = seed + 1;
  const upTo = (bound: number): number => {
    state = (Math.imul(state, 48_271) >>> 0) % 0x7fff_ffff || 1;
    return state % bound;
  };
  const ledger = open({ maxBytes: 200, ...(upTo(2) === 0 ? {} : { maxEntries: 1 + upTo(20) }) });
  const pinned: string[] = [];
  for (let step = 0; step < 600; step += 1) {
    const key = `k${upTo(30)}`;
    const action = upTo(20);
    if (action < 11) ledger.use(key, upTo(60));
    else if (action < 14) ledger.set(key, upTo(action === 13 ? 300 : 40), upTo(5));
    else if (action < 15) ledger.delete(key);
    else if (action < 17 && pinned.push(key) < 7) ledger.pin(key);
    else if (action < 19) ledger.unpin(pinned.splice(upTo(pinned.length || 1), 1)[0] ?? key);
    else if (upTo(3) === 0) ledger.resize(upTo(300));
    ledger.check();
  }
}
