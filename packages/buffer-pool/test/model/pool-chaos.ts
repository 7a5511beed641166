import { createManualClock, type Lease } from '@framerail/lifecycle';
import { type Allocator, type BufferPool, createBufferPool, heapAllocator } from '../../src/index.js';
import { settle, type Watched, watch } from '../settled.js';
import { BorrowedLeases } from './borrowed.js';
import { codeOf, demand } from './demand.js';
import { RecordingAllocator } from './recording-allocator.js';
import { type Below, seededNumbers } from './steps.js';

const MAX_BYTES = 100_000;
const CODES = [
  'E_POOL_ALLOCATION_FAILED',
  'E_TIMEOUT',
  'E_ABORTED',
  'E_POOL_CLOSED',
  'E_POOL_BUSY',
  'E_POOL_TOO_LARGE',
];

/** What an allocator may do instead of its work. */
type Mood =
  | 'works'
  | 'throws'
  | 'gives too little'
  | 'gives nothing'
  | 'calls the pool first'
  | 'cannot free';

/**
 * A pool with the worst of company: an allocator that fails, callbacks and listeners that throw and that call the pool
 * from within. What is granted to whom is then nobody's to say; that nothing overlaps and nothing is lost is.
 */
export class PoolChaos {
  readonly pool: BufferPool;
  readonly log: string[] = [];
  readonly #clock = createManualClock();
  readonly #memory: RecordingAllocator;
  readonly #borrowed: BorrowedLeases;
  readonly #below: Below;
  readonly #controllers: AbortController[] = [];
  #pending: { readonly watched: Watched<Lease>; readonly byteLength: number }[] = [];
  #mood: Mood = 'works';
  #depth = 0;

  constructor(seed: number) {
    this.#below = seededNumbers(seed);
    this.#memory = new RecordingAllocator(this.#moodyAllocator(), MAX_BYTES);
    this.#borrowed = new BorrowedLeases(this.#memory);
    const leakDetection = this.#pick(['off', 'sampled', 'full'] as const);
    this.pool = createBufferPool({
      maxBytes: MAX_BYTES,
      maxFreeBytes: this.#pick([0, 20_000, MAX_BYTES]),
      maxWaiters: 8,
      idleExpiryMs: this.#pick([undefined, 20]),
      poison: this.#below(2) === 0,
      allocator: this.#memory,
      clock: this.#clock,
      leakDetection,
    });
    this.pool.on('lateWrite', () => this.#interfere('listener'));
  }

  /** Does something, and looks whether all is well. */
  async step(): Promise<void> {
    this.#act();
    await this.#settle();
    this.check();
  }

  check(): void {
    const { bytesInUse, bytesFree, leases, waiting, classes } = this.pool.stats();
    const borrowed = this.#borrowed;
    const [fault] = this.#memory.faults;
    demand(fault === undefined, fault ?? '');
    borrowed.verify();
    demand(bytesInUse === borrowed.bytes, `${bytesInUse} bytes are in use but ${borrowed.bytes} are on loan`);
    demand(
      leases === borrowed.blocks.size,
      `there are ${leases} leases but ${borrowed.blocks.size} are on loan`,
    );
    demand(
      bytesInUse + bytesFree === this.#memory.bytes,
      `${bytesInUse} and ${bytesFree} bytes are not ${this.#memory.bytes}`,
    );
    demand(waiting === this.#pending.length, `${waiting} wait but ${this.#pending.length} do`);
    demand(waiting === 0 || leases > 0, 'somebody waits though nothing is on loan');
    const inClasses = classes.reduce(
      (sum, { classBytes, lent, free }) => sum + classBytes * (lent + free),
      0,
    );
    demand(inClasses === bytesInUse + bytesFree, 'the classes do not add up');
  }

  /** Closes, gives everything back, and finds nothing left. */
  async end(): Promise<void> {
    this.#mood = 'works';
    this.pool.close();
    await this.#settle();
    demand(this.#pending.length === 0, 'requests wait for a closed pool');
    while (this.#borrowed.leases.length > 0) this.#borrowed.release(0);
    this.check();
    demand(this.#memory.live.length === 0, `${this.#memory.bytes} bytes were not given back`);
    demand(this.#clock.pendingTimers === 0, `${this.#clock.pendingTimers} timers are left`);
  }

  #act(): void {
    const below = this.#below;
    const which = below(100);
    const action = this.#pick([
      'acquire',
      'acquire',
      'acquire',
      'tryAcquire',
      'release',
      'release',
      'release',
      'retain',
      'abort',
      'advance',
      'trim',
      'limit',
      'mood',
      'misuse',
      'write late',
      'flush',
    ] as const);
    this.log.push(`${'  '.repeat(this.#depth)}${action} ${which}`);
    if (action === 'acquire') this.#acquire(1 + below(40_000));
    else if (action === 'tryAcquire') this.#tryAcquire(1 + below(40_000));
    else if (action === 'release') this.#borrowed.release(which);
    else if (action === 'retain') this.#borrowed.retain(which);
    else if (action === 'misuse') this.#borrowed.misuse(which);
    else if (action === 'abort')
      this.#controllers.splice(which % Math.max(1, this.#controllers.length), 1)[0]?.abort();
    else if (action === 'advance') this.#clock.advance(below(60));
    else if (action === 'trim')
      this.pool.trim(this.#pick([{}, { bytes: below(50_000) }, { maxPriority: 1 }, { idleMs: 10 }]));
    else if (action === 'limit') this.pool.limit(this.#pick([MAX_BYTES, MAX_BYTES, 50_000, 0]));
    else if (action === 'flush') this.pool.flush();
    else if (action === 'write late') this.#writeLate(which);
    else
      this.#mood = this.#pick([
        'works',
        'works',
        'throws',
        'gives too little',
        'gives nothing',
        'calls the pool first',
        'cannot free',
      ]);
  }

  #acquire(byteLength: number): void {
    const controller = new AbortController();
    const given: { lease?: Lease | undefined } = {};
    const promise = this.pool.acquire(byteLength, {
      priority: this.#below(5) - 2,
      timeoutMs: this.#pick([undefined, 0, 5, 50]),
      signal: controller.signal,
      onReclaim: this.#below(2) === 0 ? () => this.#interfere('holder', given.lease) : undefined,
    });
    const watched = watch(
      promise.then((lease) => {
        given.lease = lease;
        return lease;
      }),
    );
    this.#controllers.push(controller);
    this.#pending.push({ watched, byteLength });
  }

  #tryAcquire(byteLength: number): void {
    let lease: Lease | undefined;
    const code = codeOf(() => {
      lease = this.pool.tryAcquire(byteLength, { priority: this.#below(5) - 2 });
    });
    demand(code === 'nothing' || CODES.includes(code), `tryAcquire threw ${code}`);
    if (lease !== undefined) this.#borrowed.take(lease, byteLength);
  }

  /** Somebody who is called by the pool calls it, gives back what they have, or throws. */
  #interfere(who: string, lease?: Lease): void {
    this.log.push(`${'  '.repeat(this.#depth)}(${who} is called)`);
    if (lease !== undefined && this.#below(3) > 0) this.#borrowed.giveBack(lease);
    if (this.#depth < 3 && this.#below(2) === 0) {
      this.#depth += 1;
      this.#act();
      this.#depth -= 1;
    }
    if (who === 'holder' && this.#below(3) === 0) throw new Error(`The ${who} would rather not`);
  }

  #writeLate(which: number): void {
    const free = this.#memory.live.filter(({ state }) => state === 'free');
    const one = free[which % Math.max(1, free.length)];
    if (one !== undefined) one.memory[0] = 1;
  }

  async #settle(): Promise<void> {
    await settle();
    for (const { watched, byteLength } of this.#pending) {
      if (watched.state === 'rejected') {
        const code = codeOf(() => {
          throw watched.error;
        });
        demand(CODES.includes(code), `acquire failed with ${code}`);
      } else if (watched.value !== undefined) this.#borrowed.take(watched.value, byteLength);
    }
    this.#pending = this.#pending.filter(({ watched }) => watched.state === 'pending');
  }

  #moodyAllocator(): Allocator {
    const heap = heapAllocator();
    return {
      name: 'moody',
      allocate: (byteLength) => {
        if (this.#mood === 'throws') throw new Error('No memory today');
        if (this.#mood === 'gives nothing') return undefined as unknown as Uint8Array;
        if (this.#mood === 'gives too little') return heap.allocate(byteLength - 1);
        if (this.#mood === 'calls the pool first') this.#interfere('allocator');
        return heap.allocate(byteLength);
      },
      free: (memory) => {
        heap.free(memory);
        if (this.#mood === 'calls the pool first') this.#interfere('allocator');
        if (this.#mood === 'cannot free') throw new Error('No freeing today');
      },
    };
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }
}
