import { demand, demandCode } from '@framerail/lifecycle/testing';
import { type AnyLease, CONTRACT_BYTES, CONTRACT_PAGE, type PoolCase } from './pool-case.js';

/** What a pool does with those who need not wait. */
export function poolLendingCases<L extends AnyLease<L>>(): readonly PoolCase<L>[] {
  return [
    {
      name: 'lends the bytes that were asked for, counted by class, and takes them back',
      async run({ pool, use }) {
        for (const bytes of [1, 4095, 4096, 4097, 10_000, CONTRACT_BYTES]) {
          const lease = await pool.acquire(bytes);
          demand(lease.byteLength === bytes, `a lease of ${bytes} bytes, not ${lease.byteLength}`);
          use(lease);
          const { bytesInUse, leases } = pool.stats();
          demand(
            leases === 1 && bytesInUse >= bytes,
            `${bytes} bytes or more in use, not ${bytesInUse} in ${leases}`,
          );
          // A quarter more than was asked for, or the rest of its last page.
          const most = Math.max(bytes * 1.25, Math.ceil(bytes / CONTRACT_PAGE) * CONTRACT_PAGE);
          demand(bytesInUse <= most, `little waste, not ${bytesInUse} bytes for ${bytes}`);
          lease.release();
        }
      },
    },
    {
      name: 'lends the same memory again instead of making more',
      async run({ pool }) {
        for (let turn = 0; turn < 5; turn += 1) (await pool.acquire(10_000)).release();
        const { hits, misses } = pool.stats();
        demand(hits === 4 && misses === 1, `4 hits and 1 miss, not ${hits} and ${misses}`);
      },
    },
    {
      name: 'refuses whatever is done with a lease after its release',
      async run({ pool, use }) {
        const lease = await pool.acquire(100);
        lease.release();
        for (const deed of [() => use(lease), () => lease.retain(), () => lease.release()]) {
          await demandCode('E_LEASE_RELEASED', deed);
        }
        demand(lease.byteLength === 100, `byteLength to stay 100, not ${lease.byteLength}`);
      },
    },
    {
      name: 'keeps memory lent until its last holder has released',
      async run({ pool, use }) {
        const first = await pool.acquire(CONTRACT_BYTES);
        const second = first.retain();
        const third = second.retain();
        first.release();
        third[Symbol.dispose]();
        use(second);
        demand(pool.stats().leases === 1, 'holders to share one block');
        demand(pool.tryAcquire(1) === undefined, 'memory that is held not to be lent again');
        second.release();
        const next = pool.tryAcquire(CONTRACT_BYTES);
        demand(next !== undefined, 'memory to be lent again after its last release');
        next.release();
      },
    },
    {
      name: 'refuses sizes that are no sizes, and more than its budget at once',
      async run({ pool }) {
        const held = await pool.acquire(CONTRACT_BYTES);
        const bad = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '4096', null, undefined, {}];
        for (const bytes of bad as number[]) {
          await demandCode('E_INVALID_ARGUMENT', () => pool.acquire(bytes));
          await demandCode('E_INVALID_ARGUMENT', () => pool.tryAcquire(bytes));
        }
        await demandCode('E_POOL_TOO_LARGE', () => pool.acquire(CONTRACT_BYTES + 1));
        await demandCode('E_POOL_TOO_LARGE', () => pool.tryAcquire(CONTRACT_BYTES + 1));
        held.release();
      },
    },
    {
      name: 'refuses options that make no sense',
      async run({ pool }) {
        const bad = [
          { priority: 1001 },
          { priority: Number.NaN },
          { timeoutMs: -1 },
          { timeoutMs: Number.NaN },
          { owner: '' },
          { onReclaim: 5 },
          { signal: {} },
        ];
        for (const options of bad) {
          await demandCode('E_INVALID_ARGUMENT', () => pool.acquire(1, options as object));
        }
      },
    },
    {
      name: 'gives free memory back when it is trimmed where it can, and none that is lent',
      async run({ pool, use }) {
        const kept = await pool.acquire(CONTRACT_PAGE);
        (await pool.acquire(2 * CONTRACT_PAGE)).release();
        demand(pool.trim({ level: 'none' }) === 0, 'nothing to be given back without pressure');
        const before = pool.stats().bytesFree;
        const given = pool.trim();
        const { bytesFree, bytesInUse } = pool.stats();
        // Memory that several threads have can't go back to the system, which is then what `trim` says.
        demand(
          given === 0 || given === before,
          `all ${before} free bytes to be given back or none, not ${given}`,
        );
        demand(given === 0 || bytesFree === 0, `nothing to be free after that, not ${bytesFree} bytes`);
        demand(bytesInUse === CONTRACT_PAGE, 'what is lent to stay');
        use(kept);
        kept.release();
      },
    },
    {
      name: 'lends no more than its limit, save for one request when nothing is lent',
      async run({ pool }) {
        pool.limit(2 * CONTRACT_PAGE);
        const first = pool.tryAcquire(4 * CONTRACT_PAGE);
        demand(first !== undefined, 'one request to be served whatever the limit');
        demand(pool.tryAcquire(1) === undefined, 'nothing beyond the limit to be lent');
        const waiting = pool.acquire(CONTRACT_PAGE);
        first.release();
        const second = await waiting;
        pool.limit(CONTRACT_BYTES);
        const third = pool.tryAcquire(4 * CONTRACT_PAGE);
        demand(third !== undefined, 'the whole budget to be lent again without a limit');
        second.release();
        third.release();
      },
    },
    {
      name: 'goes on lending nothing after close, while leases stay valid',
      async run({ pool, use }) {
        const lease = await pool.acquire(100);
        pool.close();
        pool.close();
        await demandCode('E_POOL_CLOSED', () => pool.acquire(1));
        await demandCode('E_POOL_CLOSED', () => pool.tryAcquire(1));
        use(lease);
        lease.release();
        demand(pool.stats().bytesFree === 0, 'nothing to be kept by a closed pool');
      },
    },
    {
      name: 'gives snapshots that nobody can change',
      async run({ pool }) {
        const lease = await pool.acquire(5000, { owner: 'somebody' });
        const stats = pool.stats();
        demand(Object.isFrozen(stats), 'stats to be frozen');
        demand(Object.isFrozen(stats.classes) && Object.isFrozen(stats.owners), 'its lists to be frozen');
        const own = stats.owners.find(({ owner }) => owner === 'somebody');
        demand(own?.leases === 1, `one lease of somebody, not ${own?.leases}`);
        lease.release();
        demand(stats.leases === 1, 'a snapshot to stay as it is');
        demand(pool.name !== '' && stats.name === pool.name, 'the pool to have one name');
      },
    },
  ];
}
