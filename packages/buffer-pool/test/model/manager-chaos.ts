import { createManualClock, type Lease, type PressureLevel, type TrimRequest } from '@framerail/lifecycle';
import {
  type BufferPool,
  createMemoryManager,
  heapAllocator,
  type ManagedAcquireOptions,
  type ManagedLease,
  type MemoryManager,
} from '../../src/index.js';
import { createSource } from '../pressure-source.js';
import { settle, type Watched, watch } from '../settled.js';
import { registerBadCaches } from './bad-caches.js';
import { BorrowedLeases } from './borrowed.js';
import { codeOf, demand } from './demand.js';
import { Pictures } from './pictures.js';
import { RecordingAllocator } from './recording-allocator.js';
import { type Below, seededNumbers } from './steps.js';

const MAX_BYTES = 600_000;
const BUDGETS = { video: 300_000, audio: 100_000, thumbnails: 80_000 };
const CODES = [
  'E_TIMEOUT',
  'E_ABORTED',
  'E_POOL_CLOSED',
  'E_POOL_BUSY',
  'E_POOL_TOO_LARGE',
  'E_MEMORY_BUDGET',
];
const LEVELS: readonly PressureLevel[] = ['none', 'moderate', 'high', 'critical'];
const ACTIONS = [
  'acquire',
  'acquire',
  'acquire',
  'acquire',
  'release',
  'release',
  'release',
  'retain',
  'abort',
  'advance',
  'advance',
  'keep',
  'keep',
  'look',
  'let go',
  'open',
  'close',
  'use pool',
  'use pool',
  'press',
  'press',
  'free',
  'cache',
  'trim',
] as const;

/** A request that waits, or has not been looked at since. */
interface Pending {
  readonly watched: Watched<Lease>;
  readonly bytes: number;
  readonly leastBytes: number;
  /** Bytes that there would be for it if nothing were on loan. */
  readonly room: () => number;
}

/** A memory manager with everybody at once: exports, players, thumbnails, caches that lie or throw, listeners that call it back. */
export class ManagerChaos {
  readonly manager: MemoryManager;
  readonly log: string[] = [];
  /** How often what came about, so that a run in which nothing happened is noticed. */
  readonly counts = { degraded: 0, waited: 0, freed: 0 };
  readonly #clock = createManualClock();
  readonly #source = createSource();
  readonly #memory = new RecordingAllocator(heapAllocator(), MAX_BYTES);
  readonly #borrowed = new BorrowedLeases(this.#memory);
  readonly #below: Below;
  readonly #controllers: AbortController[] = [];
  readonly #pools: BufferPool[] = [];
  readonly pictures: Pictures;
  #pending: Pending[] = [];
  #cacheBytes = 0;
  #depth = 0;
  #names = 0;

  constructor(seed: number) {
    this.#below = seededNumbers(seed);
    this.manager = createMemoryManager({
      maxBytes: MAX_BYTES,
      budgets: BUDGETS,
      source: this.#source,
      clock: this.#clock,
      allocator: this.#memory,
      fallAfterMs: 40,
      degradeAfterMs: 60,
      idleAudioMs: 30,
      maxWaiters: 8,
      leakDetection: this.#pick(['off', 'sampled', 'full'] as const),
    });
    this.manager.on('level', () => this.#interfere());
    this.manager.on('waiting', () => this.#interfere());
    this.manager.on('freed', () => {
      this.counts.freed += 1;
      this.#interfere();
    });
    this.manager.on('degraded', () => this.#interfere());
    this.pictures = new Pictures(this.manager.thumbnails);
    registerBadCaches(this.manager, this.#below);
    const cache = { name: 'cache', trim: (request?: TrimRequest) => this.#trimCache(request?.bytes) };
    this.manager.register(cache, { valuePerByte: 1, bytes: () => this.#cacheBytes });
  }

  /** Does something, and looks whether all is well. */
  async step(): Promise<void> {
    this.#act();
    await this.#settle();
    this.check();
  }

  check(): void {
    const [fault] = this.#memory.faults;
    demand(fault === undefined, fault ?? '');
    this.#borrowed.verify();
    this.pictures.verify();
    const { bytes, waiting, maxBytes, uses } = this.manager.snapshot();
    demand(
      bytes === this.#memory.bytes + this.#cacheBytes,
      `${bytes} bytes are not ${this.#memory.bytes} and ${this.#cacheBytes}`,
    );
    demand(bytes <= maxBytes + this.#cacheBytes, `${bytes} bytes are held`);
    demand(waiting === this.#pending.length, `${waiting} wait but ${this.#pending.length} do`);
    const isIdle = this.#borrowed.leases.length === 0 && this.pictures.looks === 0;
    // Who waits for what a pool has set aside holds up those behind.
    const canGoOn = waiting > 0 && this.#pending.every(({ bytes, room }) => bytes * 1.25 + 4096 <= room());
    demand(!isIdle || !canGoOn, `${waiting} wait though nothing is on loan`);
    const inUses = uses.reduce((sum, { bytesInUse, bytesFree }) => sum + bytesInUse + bytesFree, 0);
    demand(inUses === bytes, `the owners' ${inUses} bytes are not ${bytes}`);
    const { thumbnails } = this.manager;
    demand(thumbnails.bytes <= thumbnails.maxBytes, `thumbnails hold ${thumbnails.bytes} bytes`);
  }

  /** Closes, gives everything back, and finds nothing left. */
  async end(): Promise<void> {
    this.manager.close();
    for (const pool of this.#pools) pool.close();
    await this.#settle();
    demand(this.#pending.length === 0, 'requests wait for a closed manager');
    while (this.#borrowed.leases.length > 0) this.#borrowed.release(0);
    while (this.pictures.looks > 0) this.pictures.lookAway(0);
    demand(this.#memory.faults.length === 0, this.#memory.faults.join());
    demand(this.#memory.live.length === 0, `${this.#memory.bytes} bytes were not given back`);
    demand(this.#clock.pendingTimers === 0, `${this.#clock.pendingTimers} timers are left`);
    demand(this.#source.listeners === 0, 'a closed manager listens');
  }

  #act(): void {
    const { manager } = this;
    const below = this.#below;
    const which = below(100);
    const action = this.#pick(ACTIONS);
    this.log.push(`${'  '.repeat(this.#depth)}${action} ${which}`);
    const key = `picture ${below(12)}`;
    if (action === 'acquire') this.#acquire();
    else if (action === 'release') this.#release(which);
    else if (action === 'retain') this.#borrowed.retain(which);
    else if (action === 'abort')
      this.#controllers.splice(which % Math.max(1, this.#controllers.length), 1)[0]?.abort();
    else if (action === 'advance') this.#clock.advance(below(60));
    else if (action === 'keep') this.pictures.keep(key, 1 + below(20_000), below(256));
    else if (action === 'look') this.pictures.look(key);
    else if (action === 'let go') manager.thumbnails.delete(key);
    else if (action === 'open') this.#open();
    else if (action === 'close') this.#pools.splice(which % Math.max(1, this.#pools.length), 1)[0]?.close();
    else if (action === 'use pool') this.#usePool(which);
    else if (action === 'press') this.#source.set(this.#pick(LEVELS));
    else if (action === 'free') manager.free(this.#pick([undefined, below(100_000)]));
    else if (action === 'trim') manager.thumbnails.trim({ bytes: below(40_000) });
    else this.#cacheBytes = below(60_000);
  }

  #acquire(): void {
    const bytes = 1 + this.#below(80_000);
    const minBytes = this.#pick([undefined, undefined, Math.ceil(bytes / 4)]);
    const kind = this.#pick(['video', 'video', 'audio'] as const);
    // What pools have set aside for themselves has to be waited for until they close.
    const room = (): number => this.manager.available(kind);
    const share = this.manager[kind];
    this.#wait({ bytes, leastBytes: minBytes ?? bytes, room }, (options) =>
      share.acquire(bytes, { ...options, minBytes }),
    );
  }

  #usePool(which: number): void {
    const pool = this.#pools[which % Math.max(1, this.#pools.length)];
    if (pool === undefined) return;
    const bytes = 1 + this.#below(40_000);
    if (this.#below(2) === 0) {
      const room = (): number => pool.stats().maxBytes;
      this.#wait({ bytes, leastBytes: bytes, room }, (options) => pool.acquire(bytes, options));
      return;
    }
    let lease: Lease | undefined;
    const code = codeOf(() => {
      lease = pool.tryAcquire(bytes);
    });
    demand(code === 'nothing' || CODES.includes(code), `tryAcquire threw ${code}`);
    if (lease !== undefined) this.#borrowed.take(lease, bytes);
  }

  #wait(wanted: Omit<Pending, 'watched'>, ask: (options: ManagedAcquireOptions) => Promise<Lease>): void {
    const controller = new AbortController();
    const given: { lease?: Lease } = {};
    const onReclaim = (): void => {
      if (given.lease !== undefined && this.#below(3) > 0) this.#borrowed.giveBack(given.lease);
      this.#interfere();
      if (this.#below(4) === 0) throw new Error('The holder would rather not');
    };
    const promise = ask({
      signal: controller.signal,
      timeoutMs: this.#pick([undefined, undefined, 0, 20]),
      priority: this.#below(5) - 2,
      onReclaim: this.#pick([undefined, onReclaim]),
    });
    this.#controllers.push(controller);
    const watched = watch(promise.then((lease) => Object.assign(given, { lease }).lease));
    this.#pending.push({ watched, ...wanted });
  }

  #release(which: number): void {
    const isLook = which % 4 === 0 && this.pictures.looks > 0;
    if (isLook) this.pictures.lookAway(which);
    else this.#borrowed.release(which);
  }

  #open(): void {
    if (this.#pools.length > 2) return;
    const kind = this.#pick(['video', 'audio'] as const);
    this.#names += 1;
    const options = {
      name: `pool ${this.#names}`,
      kind,
      maxBytes: 1 + this.#below(80_000),
      priority: this.#below(3) - 1,
    };
    const code = codeOf(() => this.#pools.push(this.manager.createPool(options)));
    demand(code === 'nothing' || CODES.includes(code), `createPool threw ${code}`);
  }

  #trimCache(bytes = Number.POSITIVE_INFINITY): number {
    const given = Math.min(bytes, this.#cacheBytes);
    this.#cacheBytes -= given;
    this.#interfere();
    return given;
  }

  /** Whoever is called may call the manager. */
  #interfere(): void {
    if (this.#depth >= 2 || this.#below(3) > 0) return;
    this.#depth += 1;
    this.#act();
    this.#depth -= 1;
  }

  async #settle(): Promise<void> {
    await settle();
    for (const { watched, bytes, leastBytes } of this.#pending) {
      if (watched.state === 'rejected') {
        const code = codeOf(() => {
          throw watched.error;
        });
        demand(CODES.includes(code), `acquire failed with ${code}`);
      } else if (watched.value !== undefined) {
        const { byteLength, degraded = false } = watched.value as ManagedLease;
        demand(
          byteLength <= bytes && byteLength >= leastBytes,
          `${byteLength} bytes were given, not ${leastBytes} to ${bytes}`,
        );
        demand(
          degraded === byteLength < bytes,
          `${byteLength} of ${bytes} bytes are said to be ${degraded ? '' : 'not '}degraded`,
        );
        if (degraded) this.counts.degraded += 1;
        this.#borrowed.take(watched.value, byteLength);
      }
    }
    this.#pending = this.#pending.filter(({ watched }) => watched.state === 'pending');
    this.counts.waited += this.#pending.length;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }
}
