import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSharedPool } from '../src/shared-pool/create-shared-pool.js';
import { audit } from './shared/audit.js';
import { type Act, isLocked, Mortal } from './shared/mortal.js';

// A thread that is terminated ends between any two of its stores. Here it does so at each of them in turn; another one
// recovers it, and the books must agree with each other and with what the others have on loan.

const MAX_BYTES = 24 * 4096;
const THREADS = 4;
const [FIRST, SECOND, LAST] = [1, 2, 3] as const;

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      bytes: fc.integer({ min: 1, max: 9 * 4096 }),
      priority: fc.integer({ min: -2, max: 2 }),
      canBeAskedBack: fc.boolean(),
      owner: fc.constantFrom('shared', 'one', 'another', 'one too many'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('giveBack' as const, 'withdraw' as const),
      index: fc.nat(9),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('collect' as const, 'flush' as const, 'recoverLast' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('trim' as const, 'limit' as const),
      bytes: fc.integer({ min: 0, max: MAX_BYTES }),
    }),
  },
);

const history = fc.array(fc.record({ thread: fc.constantFrom(FIRST, SECOND, LAST), act }), { maxLength: 25 });

/** A pool with such a history, and the thread that will end. */
function begin(past: readonly { thread: number; act: Act }[]) {
  const pool = createSharedPool({
    maxBytes: MAX_BYTES,
    maxThreads: THREADS,
    maxBlocks: 10,
    maxWaiters: 8,
    maxOwners: 3,
    maxFreeBytes: MAX_BYTES / 2,
  });
  const threads = [FIRST, SECOND, LAST].map((thread) => new Mortal(pool.handle, thread));
  for (const one of past) if (one.act.kind !== 'recoverLast') threads[one.thread - 1]?.act(one.act);
  audit(pool.handle);
  return { pool, victim: threads[0] as Mortal, witness: threads[1] as Mortal };
}

test('whatever a thread was doing when it ended, and wherever in it: the books agree, and others keep what they have', () => {
  let deaths = 0;
  fc.assert(
    fc.property(history, act, (past, last) => {
      for (let stores = 0; ; stores += 1) {
        const { pool, victim, witness } = begin(past);
        const before = witness.blocks();
        const stakes = witness.stakes();
        if (victim.act(last, stores)) break;
        deaths += 1;
        expect(isLocked(pool.handle)).toBe(true);
        pool.recover(FIRST);
        audit(pool.handle);
        expect(witness.blocks()).toEqual(expect.arrayContaining(before));
        expect(witness.stakes()).toBe(stakes);
        expect(victim.blocks()).toEqual([]);
        pool.recover(LAST);
        pool.recover(SECOND);
        audit(pool.handle);
        expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesWasted: 0, waiting: 0 });
        expect(pool.tryAcquire(MAX_BYTES)?.byteLength).toBe(MAX_BYTES);
      }
    }),
    { numRuns: 60 },
  );
  expect(deaths).toBeGreaterThan(1000);
});

test('who recovers may end in the middle of it too', () => {
  fc.assert(
    fc.property(history, act, fc.nat(60), fc.nat(60), (past, last, stores, more) => {
      const { pool, victim, witness } = begin(past);
      if (victim.act(last, stores)) return;
      // What `recover` does, by a thread that doesn't finish it.
      witness.recoverUntil(FIRST, more);
      pool.recover(SECOND);
      pool.recover(FIRST);
      audit(pool.handle);
      pool.recover(LAST);
      expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, waiting: 0 });
      expect(pool.tryAcquire(MAX_BYTES)?.byteLength).toBe(MAX_BYTES);
    }),
    { numRuns: 300 },
  );
});
