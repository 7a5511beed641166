import { demand, demandCode } from '@framerail/lifecycle/testing';
import {
  type AnyLease,
  CONTRACT_BYTES,
  CONTRACT_PAGE,
  type PoolCase,
  type PoolUnderTest,
} from './pool-case.js';
import { randomNumbers } from './random-numbers.js';

/** Long enough for whatever is going to happen without further cause, in milliseconds. */
const WHILE_MS = 20;

/** What a pool does with those who have to wait. */
export function poolLineCases<L extends AnyLease<L>>(): readonly PoolCase<L>[] {
  return [
    {
      name: 'serves whoever waits when memory comes back',
      async run({ pool, use }) {
        const held = await pool.acquire(CONTRACT_BYTES);
        demand(pool.tryAcquire(1) === undefined, 'nothing to be lent while all of the budget is');
        const waiting = pool.acquire(100);
        demand(pool.stats().waiting === 1, 'one request to wait');
        held.release();
        const lease = await waiting;
        use(lease);
        const { waits } = pool.stats();
        demand(waits === 1, `one wait, not ${waits}`);
        lease.release();
      },
    },
    {
      name: 'serves larger priorities first, and equal ones in the order they came',
      async run({ pool }) {
        const held = await pool.acquire(CONTRACT_BYTES);
        const order: string[] = [];
        const ask = async (name: string, priority: number): Promise<void> => {
          const lease = await pool.acquire(CONTRACT_BYTES, { priority });
          order.push(name);
          lease.release();
        };
        const all = [ask('low', -500), ask('first', 0), ask('second', 0), ask('high', 500)];
        held.release();
        await Promise.all(all);
        demand(order.join() === 'high,first,second,low', `high, first, second, low, not ${order.join()}`);
      },
    },
    {
      name: 'lets nobody overtake the first in the line',
      async run({ pool }) {
        const held = [await pool.acquire(CONTRACT_PAGE), await pool.acquire(CONTRACT_PAGE)] as const;
        const large = pool.acquire(CONTRACT_BYTES);
        let served = false;
        const small = pool.acquire(1).then((lease) => {
          served = true;
          return lease;
        });
        demand(pool.tryAcquire(1) === undefined, 'a request of the same priority not to overtake');
        held[0].release();
        await pause();
        demand(!served, 'a small request to stay behind a large one that came first');
        held[1].release();
        (await large).release();
        (await small).release();
      },
    },
    {
      name: 'refuses to wait for longer than a request wants to',
      async run({ pool }) {
        const held = await pool.acquire(CONTRACT_BYTES);
        let refused = false;
        const atOnce = pool.acquire(1, { timeoutMs: 0 });
        atOnce.catch(() => {
          refused = true;
        });
        await pause();
        demand(refused, 'a request that does not wait to be refused at once');
        await demandCode('E_TIMEOUT', () => atOnce);
        await demandCode('E_TIMEOUT', () => pool.acquire(1, { timeoutMs: 5 }));
        held.release();
        (await pool.acquire(1, { timeoutMs: 0 })).release();
      },
    },
    {
      name: 'hears abort signals before and during a wait, and ignores them after',
      async run({ pool, use }) {
        await demandCode('E_ABORTED', () => pool.acquire(1, { signal: AbortSignal.abort() }));
        const held = await pool.acquire(CONTRACT_BYTES);
        const [first, second] = [new AbortController(), new AbortController()];
        const aborted = demandCode('E_ABORTED', () => pool.acquire(CONTRACT_BYTES, { signal: first.signal }));
        const served = pool.acquire(100, { signal: second.signal });
        first.abort();
        await aborted;
        held.release();
        const lease = await served;
        second.abort();
        use(lease);
        lease.release();
      },
    },
    {
      name: 'serves those behind a request that gave up',
      async run({ pool }) {
        const held = await pool.acquire(CONTRACT_BYTES / 2);
        const controller = new AbortController();
        const aborted = demandCode('E_ABORTED', () =>
          pool.acquire(CONTRACT_BYTES, { signal: controller.signal }),
        );
        const behind = pool.acquire(CONTRACT_PAGE);
        controller.abort();
        await aborted;
        (await behind).release();
        held.release();
      },
    },
    {
      name: 'ends all waits when it is flushed, and goes on',
      async run({ pool }) {
        const held = await pool.acquire(CONTRACT_BYTES);
        const waits = [1, 2].map((bytes) => demandCode('E_POOL_CLOSED', () => pool.acquire(bytes)));
        pool.flush();
        await Promise.all(waits);
        held.release();
        (await pool.acquire(1)).release();
      },
    },
    {
      name: 'ends all waits when it is closed',
      async run({ pool }) {
        const held = await pool.acquire(CONTRACT_BYTES);
        const waits = [1, 2].map((bytes) => demandCode('E_POOL_CLOSED', () => pool.acquire(bytes)));
        pool.close();
        await Promise.all(waits);
        held.release();
      },
    },
    {
      name: 'asks for leases back for whoever comes before them, and for nobody else',
      async run({ pool }) {
        const asked: string[] = [];
        const held: L = await pool.acquire(CONTRACT_BYTES, {
          priority: 0,
          onReclaim: ({ reason }) => {
            asked.push(reason);
            held.release();
          },
        });
        const later = pool.acquire(1, { priority: -1 });
        await pause();
        demand(asked.length === 0, 'a lease not to be asked back for a smaller priority');
        (await pool.acquire(CONTRACT_PAGE, { priority: 1 })).release();
        demand(asked.join() === 'waiting', `one call for somebody who waits, not ${asked.join() || 'none'}`);
        (await later).release();
      },
    },
    {
      name: 'loses nothing whatever comes in which order',
      run: comeAndGo,
    },
  ];
}

/** Asks, waits, gives up, releases and trims at random, and demands that the figures are right at each step. */
async function comeAndGo<L extends AnyLease<L>>({ pool, use }: PoolUnderTest<L>): Promise<void> {
  const random = randomNumbers(4);
  const held: L[] = [];
  const waits = new Set<Promise<unknown>>();
  const codes = new Set<unknown>();
  let served = 0;
  const giveOneBack = (): void => held.splice(Math.floor(random() * held.length), 1)[0]?.release();
  for (let step = 0; step < 300; step += 1) {
    const deed = random();
    const bytes = Math.ceil(2 ** (random() * 16));
    if (deed < 0.3) {
      const lease = pool.tryAcquire(bytes);
      if (lease !== undefined) held.push(lease);
    } else if (deed < 0.6) {
      const priority = Math.floor(random() * 10);
      // Half of those who have to wait give up.
      const options = random() < 0.5 ? { priority, timeoutMs: 1 } : { priority };
      const wait: Promise<unknown> = pool
        .acquire(bytes, options)
        .then(
          (lease) => {
            held.push(lease);
            served += 1;
          },
          (error: unknown) => codes.add((error as { code?: unknown }).code),
        )
        .finally(() => waits.delete(wait));
      waits.add(wait);
    } else if (deed < 0.65) pool.trim();
    else giveOneBack();
    if (step % 10 === 0) await pause(0);
    const { bytesInUse, bytesFree, leases } = pool.stats();
    demand(
      bytesInUse + bytesFree <= CONTRACT_BYTES,
      `at most ${CONTRACT_BYTES} bytes, not ${bytesInUse + bytesFree}`,
    );
    demand(leases >= held.length, `${held.length} leases or more, not ${leases}`);
    for (const lease of held) use(lease);
  }
  for (let round = 0; held.length > 0 || waits.size > 0; round += 1) {
    demand(round < 2000, `all who wait to be served when all is given back, but ${waits.size} are not`);
    while (held.length > 0) giveOneBack();
    await pause(1);
  }
  codes.delete('E_TIMEOUT');
  demand(codes.size === 0, `nobody to be refused but for time, not for ${[...codes].join()}`);
  demand(served > 0, 'those who wait to be served at times');
}

function pause(ms = WHILE_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
