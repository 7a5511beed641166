import {
  createEmitter,
  type Emitter,
  expectInteger,
  expectLimit,
  expectObject,
  expectOneOf,
  expectString,
  type PressureLevel,
  type Trimmable,
} from '@framerail/lifecycle';
import type { LostLease } from '../leases/leak-watch.js';
import type { BufferPool } from '../pool/buffer-pool.js';
import { expectAllocator } from '../pool/option-checks.js';
import { poolClosed } from '../pool/pool-errors.js';
import { AccountBook } from './account-book.js';
import { AccountShare, type ShareContext } from './account-share.js';
import { FreeingOrder } from './freeing-order.js';
import { LevelHysteresis } from './level-hysteresis.js';
import { LruThumbnails } from './lru-thumbnails.js';
import { openManagedPool } from './managed-byte-pool.js';
import { ManagedPool } from './managed-pool.js';
import { warnOfMemory } from './manager-errors.js';
import type { MemorySettings } from './manager-options.js';
import { MemoryBroker } from './memory-broker.js';
import type {
  BudgetKind,
  ManagedPoolOptions,
  MemoryEvents,
  MemoryManager,
  MemoryShare,
  MemorySnapshot,
  RegisterOptions,
} from './memory-manager.js';
import { refuseWaiting } from './memory-request.js';
import { followPressure } from './pressure-following.js';
import { pressureRank } from './pressure-order.js';
import { RegisteredCaches } from './registered-caches.js';
import type { ThumbnailCache } from './thumbnail-cache.js';

/** The level from which on smaller buffers are given, by its rank. */
const DEGRADES_FROM = pressureRank('high');

/** The manager: puts its parts together and follows the source of pressure. */
export class ManagedMemory implements MemoryManager {
  readonly on: MemoryManager['on'];
  readonly video: MemoryShare;
  readonly audio: MemoryShare;
  readonly #settings: MemorySettings;
  readonly #events: Emitter<MemoryEvents>;
  readonly #levels: LevelHysteresis;
  readonly #book: AccountBook;
  readonly #thumbnails: LruThumbnails;
  readonly #caches = new RegisteredCaches();
  readonly #broker: MemoryBroker;
  readonly #context: ShareContext;
  readonly #unfollow: () => void;
  #cancelDegrading: (() => void) | undefined;
  #peakBytes = 0;
  #isClosed = false;

  /** @throws FramerailError `E_PRESSURE_SOURCE` if the source fails */
  constructor(settings: MemorySettings) {
    this.#settings = settings;
    const { clock, agingMs, fallAfterMs, idleAudioMs, source } = settings;
    const events = createEmitter<MemoryEvents>((error) =>
      warnOfMemory('A listener of the memory manager threw', error),
    );
    this.#events = events;
    this.on = events.on;
    this.#levels = new LevelHysteresis({
      clock,
      fallAfterMs,
      onChange: (level, previous) => this.#changeLevel(level, previous),
    });
    this.#book = new AccountBook({
      ...settings,
      onHome: () => this.#broker.cameHome(),
      onLost: (loss) => this.#tellOfLoss(loss),
    });
    this.#thumbnails = this.#openThumbnails();
    const freeing = new FreeingOrder({
      thumbnails: this.#thumbnails,
      accounts: this.#book.accounts,
      caches: this.#caches,
      idleAudioMs,
      onFreed: (step, owner, bytes) => events.emit('freed', { step, owner, bytes }),
    });
    this.#broker = new MemoryBroker({
      accounts: this.#book.accounts,
      limitBytes: () => this.#limitBytes,
      heldBytes: () => this.#heldBytes(),
      free: (bytes) => freeing.free(bytes, this.level),
      onHeld: (bytes) => this.#sawHeld(bytes),
    });
    this.#context = {
      broker: this.#broker,
      clock,
      agingMs,
      onWaiting: (owner, bytes) => events.emit('waiting', { owner, bytes, level: this.level }),
      onDegraded: (owner, requestedBytes, bytes) => events.emit('degraded', { owner, requestedBytes, bytes }),
    };
    this.video = new AccountShare(this.#context, this.#book.shares.video);
    this.audio = new AccountShare(this.#context, this.#book.shares.audio);
    this.#unfollow = followPressure(source, (level) => this.#levels.tell(level));
  }

  get level(): PressureLevel {
    return this.#levels.level;
  }

  get thumbnails(): ThumbnailCache {
    return this.#thumbnails;
  }

  createPool(options: ManagedPoolOptions): BufferPool {
    expectObject('options', options, 'options { name, kind, maxBytes }');
    const { allocator = this.#settings.allocator } = options;
    const name = expectString('name', options.name);
    const kind = expectKind(options.kind);
    const maxBytes = expectLimit('maxBytes', options.maxBytes);
    const priority = expectInteger('priority', options.priority ?? 0, { min: -1000, max: 1000 });
    const leastByDefault = priority < 0 ? 0 : maxBytes;
    const firmBytes = expectInteger('minBytes', options.minBytes ?? leastByDefault, {
      min: 0,
      max: maxBytes,
    });
    expectAllocator(allocator);
    this.#refuseIfClosed();
    const account = this.#book.setAside({ name, kind, priority, maxBytes, firmBytes, allocator });
    // Who waits for the share can't have these bytes any more, and holds up nobody else for them.
    this.#broker.serve();
    return new ManagedPool(this.#context, account, () => {
      this.#book.settle(account);
      this.#broker.serve();
    });
  }

  available(kind: BudgetKind): number {
    return this.#isClosed ? 0 : this.#book.available(expectKind(kind));
  }

  register(trimmable: Trimmable, options: RegisterOptions): () => void {
    this.#refuseIfClosed();
    const remove = this.#caches.add(trimmable, options);
    this.#broker.serve();
    return () => {
      remove();
      this.#broker.serve();
    };
  }

  free(bytes?: number): number {
    const wanted = bytes === undefined ? Number.MAX_VALUE : expectInteger('bytes', bytes, { min: 0 });
    return this.#isClosed ? 0 : this.#broker.free(wanted);
  }

  snapshot(): MemorySnapshot {
    const bytes = this.#heldBytes();
    this.#sawHeld(bytes);
    const uses = [...this.#book.uses(), this.#thumbnails.use(), ...this.#caches.uses()];
    return Object.freeze({
      level: this.level,
      maxBytes: this.#settings.maxBytes,
      limitBytes: this.#limitBytes,
      bytes,
      peakBytes: this.#peakBytes,
      waiting: this.#broker.waiting,
      uses: Object.freeze(uses.map((use) => Object.freeze(use))),
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unfollow();
    this.#levels.stop();
    this.#stopDegrading();
    const accounts = [...this.#book.accounts];
    for (const account of accounts) {
      account.isClosed = true;
      account.pool.close();
    }
    for (const account of accounts) refuseWaiting(account, 'closed');
    this.#thumbnails.close();
    this.#caches.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get #limitBytes(): number {
    return this.#settings.limitBytes[this.level];
  }

  #heldBytes(): number {
    return this.#book.bytesHeld() + this.#thumbnails.bytes + this.#caches.bytes();
  }

  #sawHeld(bytes: number): void {
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
  }

  #tellOfLoss(loss: LostLease): boolean {
    this.#events.emit('lost', loss);
    return this.#events.listenerCount('lost') > 0;
  }

  #changeLevel(level: PressureLevel, previous: PressureLevel): void {
    if (pressureRank(level) < DEGRADES_FROM) this.#stopDegrading();
    else if (pressureRank(previous) < DEGRADES_FROM) this.#degradeLater();
    this.#events.emit('level', { level, previous });
    this.#broker.serve();
  }

  #degradeLater(): void {
    const { clock, degradeAfterMs } = this.#settings;
    this.#cancelDegrading = clock.setTimer(
      () => {
        this.#broker.mayDegrade = true;
        this.#broker.serve();
      },
      degradeAfterMs,
      { background: true },
    );
  }

  #stopDegrading(): void {
    this.#cancelDegrading?.();
    this.#cancelDegrading = undefined;
    this.#broker.mayDegrade = false;
  }

  #openThumbnails(): LruThumbnails {
    const { budgets, allocator, clock, leakDetection } = this.#settings;
    const maxBytes = budgets.thumbnails;
    return new LruThumbnails({
      pool: openManagedPool(
        {
          name: 'thumbnails',
          maxBytes,
          clock,
          leakDetection,
          onHome: () => this.#broker.cameHome(),
          onLost: (loss) => this.#tellOfLoss(loss),
        },
        allocator,
      ),
      maxBytes,
      clock,
      allowedBytes: () => this.#bytesForThumbnails(),
      onHeld: () => this.#sawHeld(this.#heldBytes()),
    });
  }

  /** As many as they may hold and others leave; no more than they have while somebody waits. */
  #bytesForThumbnails(): number {
    const left = this.#limitBytes - this.#book.bytesHeld() - this.#caches.bytes();
    const most = this.#broker.isBlocked ? this.#thumbnails.bytes : this.#settings.budgets.thumbnails;
    return Math.min(most, left);
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw poolClosed('memory', 'closed');
  }
}

function expectKind(kind: BudgetKind): BudgetKind {
  return expectOneOf('kind', kind, ['video', 'audio']);
}
