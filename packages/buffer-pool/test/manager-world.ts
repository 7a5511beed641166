import { createManualClock, type Lease, type PressureLevel } from '@framerail/lifecycle';
import { expect } from 'vitest';
import { type BufferPool, createMemoryManager, type FreeingStep, type MemoryManager } from '../src/index.js';
import { createSource } from './pressure-source.js';
import { settle, type Watched, watch } from './settled.js';

const KIB = 1024;
const MAX_BYTES = 1000 * KIB;
const BUDGETS = { video: 400 * KIB, audio: 200 * KIB, thumbnails: 160 * KIB };
export const FALL_AFTER_MS = 100;
const IDLE_AUDIO_MS = 50;
const SHARES = { none: 1, moderate: 0.7, high: 0.5, critical: 0.3 };
const LEVELS: readonly PressureLevel[] = ['none', 'moderate', 'high', 'critical'];
const STEPS: readonly FreeingStep[] = ['thumbnails', 'idleAudio', 'lowPriorityVideo', 'caches', 'unused'];

/** Sizes that are classes of their own, whatever classes there are besides. */
export const SIZES = [16, 20, 24, 28, 32, 40, 48, 64, 96, 128].map((kib) => kib * KIB);

type Target = 'video' | 'audio' | 'firm' | 'low';

interface Request {
  readonly id: number;
  readonly target: Target;
  readonly byteLength: number;
  readonly minBytes: number | undefined;
  readonly rank: number;
  readonly watched: Watched<Lease>;
  readonly controller: AbortController;
  isSeen: boolean;
}

interface Held {
  readonly id: number;
  readonly target: Target;
  readonly lease: Lease;
}

/**
 * A manager, everything that was done with it, and what must hold of it at any time. What is on loan and the level in force are
 * known exactly; of what is free and cached only what the specification says about it.
 */
export class ManagerWorld {
  readonly clock = createManualClock();
  readonly source = createSource();
  readonly manager: MemoryManager;
  readonly pools: Partial<Record<'firm' | 'low', BufferPool>> = {};
  readonly requests: Request[] = [];
  held: Held[] = [];
  cacheBytes = 0;
  /** What is wrong with a freeing that was told of: its step came too early. */
  readonly outOfOrder: string[] = [];
  #level: PressureLevel = 'none';
  #told: PressureLevel = 'none';
  #fallsAtMs: number | undefined;
  #kept = new Map<string, number>();
  #values = 0;

  constructor() {
    const { clock, source } = this;
    this.manager = createMemoryManager({
      maxBytes: MAX_BYTES,
      budgets: BUDGETS,
      limits: SHARES,
      fallAfterMs: FALL_AFTER_MS,
      degradeAfterMs: 200,
      idleAudioMs: IDLE_AUDIO_MS,
      source,
      clock,
    });
    this.manager.register(
      {
        name: 'tiles',
        trim: ({ bytes = Number.MAX_VALUE } = {}) => {
          const given = Math.min(bytes, this.cacheBytes);
          this.cacheBytes -= given;
          return given;
        },
      },
      { valuePerByte: 1, bytes: () => this.cacheBytes },
    );
    this.manager.on('freed', ({ step }) => this.#checkOrder(step));
  }

  acquire(target: Target, byteLength: number, priority: number, minBytes?: number): void {
    const { manager, clock, pools } = this;
    const id = this.requests.length + 1;
    const controller = new AbortController();
    const options = { priority, signal: controller.signal, owner: target };
    const pool = target === 'firm' || target === 'low' ? pools[target] : undefined;
    if ((target === 'firm' || target === 'low') && pool === undefined) return;
    const promise =
      pool === undefined
        ? manager[target as 'video' | 'audio'].acquire(byteLength, { ...options, minBytes })
        : pool.acquire(byteLength, options);
    const rank = priority * 1000 - clock.now();
    const watched = watch(promise);
    this.requests.push({ id, target, byteLength, minBytes, rank, watched, controller, isSeen: false });
  }

  tryAcquire(target: 'firm' | 'low', byteLength: number): void {
    const lease = this.pools[target]?.tryAcquire(byteLength, { owner: target });
    if (lease !== undefined) this.#hold(1_000_000 + this.held.length, target, lease);
  }

  /** Borrows with an `onReclaim` that releases within the call. */
  async acquireReclaimable(byteLength: number, priority: number): Promise<void> {
    let lease: Lease | undefined;
    const onReclaim = (): void => {
      this.held = this.held.filter((one) => one.lease !== lease);
      lease?.release();
    };
    try {
      const options = { priority, onReclaim, timeoutMs: 0, owner: 'video' };
      lease = await this.manager.video.acquire(byteLength, options);
    } catch {
      return;
    }
    this.#hold(2_000_000, 'video', lease);
  }

  release(which: number): void {
    const [one] = this.held.splice(which % Math.max(1, this.held.length), 1);
    one?.lease.release();
  }

  abort(which: number): void {
    this.requests[which % Math.max(1, this.requests.length)]?.controller.abort();
  }

  openPool(target: 'firm' | 'low', maxBytes: number): void {
    // A pool that was closed is in the books while its leases are out.
    if (this.pools[target] !== undefined || this.held.some((one) => one.target === target)) return;
    if (this.manager.available('video') < maxBytes) return;
    const priority = target === 'low' ? -1 : 0;
    this.pools[target] = this.manager.createPool({ name: target, kind: 'video', maxBytes, priority });
  }

  closePool(target: 'firm' | 'low'): void {
    this.pools[target]?.close();
    delete this.pools[target];
  }

  keep(key: string, byteLength: number): void {
    this.#values = (this.#values + 1) % 251;
    const picture = new Uint8Array(byteLength).fill(this.#values);
    if (this.manager.thumbnails.set(key, picture)) this.#kept.set(key, this.#values);
  }

  look(key: string): void {
    const lease = this.manager.thumbnails.get(key);
    if (lease === undefined) return;
    expect([lease.bytes[0], lease.bytes.at(-1)]).toEqual([this.#kept.get(key), this.#kept.get(key)]);
    lease.release();
  }

  /** A cache grows by itself; that shows when the manager looks. */
  fillCache(bytes: number): void {
    this.cacheBytes = bytes;
    this.manager.free(0);
  }

  tell(level: PressureLevel): void {
    this.#told = level;
    const isFall = LEVELS.indexOf(level) < LEVELS.indexOf(this.#level);
    if (!isFall) {
      this.#fallsAtMs = undefined;
      this.#level = level;
    } else this.#fallsAtMs ??= this.clock.now() + FALL_AFTER_MS;
    this.source.set(level);
  }

  advance(byMs: number): void {
    const until = this.clock.now() + byMs;
    while (this.#fallsAtMs !== undefined && this.#fallsAtMs <= until) {
      this.#level = LEVELS[LEVELS.indexOf(this.#level) - 1] ?? 'none';
      this.#fallsAtMs = this.#level === this.#told ? undefined : this.#fallsAtMs + FALL_AFTER_MS;
    }
    this.clock.advance(byMs);
  }

  /** Everything that must hold when all has settled. */
  async check(): Promise<void> {
    await settle();
    this.#see();
    const { manager } = this;
    const { bytes, limitBytes, level, uses, waiting, peakBytes } = manager.snapshot();
    expect(level).toBe(this.#level);
    expect(limitBytes).toBe(Math.floor(SHARES[level] * MAX_BYTES));
    expect(this.outOfOrder).toEqual([]);
    expect(uses.reduce((sum, one) => sum + one.bytesInUse + one.bytesFree, 0)).toBe(bytes);
    expect(peakBytes).toBeGreaterThanOrEqual(bytes);
    for (const target of ['video', 'audio', 'firm', 'low'] as const) {
      const lent = uses.filter(({ owner, kind }) => owner === target && kind !== 'cache');
      const expected = this.held.reduce(
        (sum, one) => sum + (one.target === target ? one.lease.byteLength : 0),
        0,
      );
      expect(`${target} ${lent.reduce((sum, one) => sum + one.bytesInUse, 0)}`).toBe(`${target} ${expected}`);
    }
    for (const kind of ['video', 'audio', 'thumbnails'] as const) {
      const sum = uses.reduce(
        (all, one) => all + (one.kind === kind ? one.bytesInUse + one.bytesFree : 0),
        0,
      );
      expect(sum).toBeLessThanOrEqual(BUDGETS[kind]);
    }
    for (const { id, lease } of this.held)
      expect([lease.bytes[0], lease.bytes.at(-1)]).toEqual([id % 251, id % 251]);
    if (bytes > limitBytes) this.#expectNothingToFree();
    const pending = this.requests.filter(({ watched }) => watched.state === 'pending');
    expect(waiting).toBe(pending.length);
    this.#expectReasonToWait(pending, bytes, limitBytes);
  }

  /** Nothing is lost when all is given back. */
  async end(): Promise<void> {
    this.tell('none');
    this.advance(1000);
    await this.check();
    while (this.held.length > 0 || this.manager.snapshot().waiting > 0) {
      if (this.held.length === 0) for (const { controller } of this.requests) controller.abort();
      this.release(0);
      await this.check();
    }
    this.closePool('firm');
    this.closePool('low');
    expect(this.manager.available('video')).toBe(BUDGETS.video);
    this.manager.close();
    this.cacheBytes = 0;
    expect(this.manager.snapshot()).toMatchObject({ bytes: 0, waiting: 0 });
    expect([this.source.listeners, this.clock.pendingTimers]).toEqual([0, 0]);
  }

  /** Takes note of what was granted. */
  #see(): void {
    for (const request of this.requests) {
      const { watched, target, id } = request;
      if (request.isSeen || watched.state !== 'resolved' || watched.value === undefined) continue;
      request.isSeen = true;
      const { byteLength } = watched.value;
      expect(byteLength).toBeLessThanOrEqual(request.byteLength);
      expect(byteLength).toBeGreaterThanOrEqual(request.minBytes ?? request.byteLength);
      if (byteLength < request.byteLength) expect(watched.value).toMatchObject({ degraded: true });
      this.#hold(id, target, watched.value);
    }
  }

  #hold(id: number, target: Target, lease: Lease): void {
    lease.bytes.fill(id % 251);
    this.held.push({ id, target, lease });
  }

  /** What a step may still have though a later one was told of: nothing. */
  #checkOrder(step: FreeingStep): void {
    const { manager } = this;
    const at = STEPS.indexOf(step);
    const had: string[] = [];
    if (at > 0 && manager.thumbnails.bytes > 0) had.push('thumbnails');
    if (at > 3 && this.cacheBytes > 0) had.push('tiles');
    const low = manager.snapshot().uses.find(({ owner }) => owner === 'low');
    if (at > 2 && (low?.bytesFree ?? 0) > 0) had.push('low');
    if (had.length > 0) this.outOfOrder.push(`${step} before ${had.join(', ')}`);
  }

  #expectNothingToFree(): void {
    expect([this.manager.thumbnails.bytes, this.cacheBytes]).toEqual([0, 0]);
    for (const { owner, bytesFree } of this.manager.snapshot().uses) {
      if (owner !== 'firm') expect(`${owner} has ${bytesFree} free`).toBe(`${owner} has 0 free`);
    }
  }

  /** Whoever stands first waits because its own budget is spent, or because of what all may hold. */
  #expectReasonToWait(pending: readonly Request[], bytes: number, limitBytes: number): void {
    let isBlocked = false;
    const heads = (['video', 'audio', 'firm', 'low'] as const)
      .map((target) => pending.filter((one) => one.target === target).sort((a, b) => b.rank - a.rank)[0])
      .filter((one) => one !== undefined)
      .sort((a, b) => b.rank - a.rank);
    for (const { target, byteLength, id } of heads) {
      const held = this.held.filter((one) => one.target === target);
      const inUse = held.reduce((sum, one) => sum + one.lease.byteLength, 0);
      const isOwn = inUse + byteLength > this.#maxBytesOf(target);
      const isAll = bytes + byteLength > limitBytes && held.length > 0 && target !== 'firm';
      expect(`${id} waits: ${isOwn || isAll || isBlocked}`).toBe(`${id} waits: true`);
      // Room that would have to be freed for the first was freed, and there still is too little.
      if (!isOwn && !isBlocked && isAll) this.#expectNothingToFree();
      isBlocked ||= !isOwn && isAll;
    }
  }

  #maxBytesOf(target: Target): number {
    const maxBytes = this.manager.snapshot().uses.find(({ owner }) => owner === target)?.maxBytes;
    if (target === 'firm' || target === 'low') return maxBytes ?? 0;
    return maxBytes ?? BUDGETS[target];
  }
}
