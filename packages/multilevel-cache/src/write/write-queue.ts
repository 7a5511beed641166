import type { StoredEntry } from '../tiers/byte-tier.js';

/** What is to be written. */
export interface Write {
  /** The entry; `undefined`: that there is none. */
  readonly entry: StoredEntry | undefined;
  /** Whether it is written only if the tier has none of its key. */
  readonly ifAbsent: boolean;
  /** The instant at which it was given, see `Distrust.now`. */
  readonly since: number;
  /** Makes the entry what it was before another tier packed it; without this it isn't packed. */
  readonly unpack?: ((packed: StoredEntry) => Promise<StoredEntry | undefined>) | undefined;
  /** Whether tiers below have it anyway, so that nothing is lost if this one doesn't take it. */
  readonly isCopy?: boolean | undefined;
}

/**
 * What became of a write. `absent`: there was none to delete. `present`: there was one already. `superseded`: a later one
 * of the same key took its place before it began. `out`: the tier is taken out.
 */
export type WriteOutcome =
  | 'stored'
  | 'deleted'
  | 'absent'
  | 'present'
  | 'tooLarge'
  | 'rejected'
  | 'failed'
  | 'out'
  | 'superseded';

interface Pending {
  write: Write;
  /** Hears what becomes of `write`. */
  settle: (outcome: WriteOutcome) => void;
  /** Whether an earlier write of the key is under way. */
  isRunning: boolean;
  /** Whether `write` waits, or is the one under way. */
  isWaiting: boolean;
  /** Sweeps that come before it. */
  turn: number;
  /** Whether it isn't wanted any more, see `outdate`. */
  isOutdated: boolean;
}

/**
 * Writes to a tier, a few at once, one at a time for each key, in the order in which they came; of those of one key that
 * wait, only the last is done. What waits can be read. Sweeps, which concern all keys, have their place in the order too.
 */
export class WriteQueue {
  /** Bytes of the entries that wait or are under way. */
  bytes = 0;
  readonly #pending = new Map<string, Pending>();
  /** Keys with a write that waits, in order. */
  readonly #line = new Set<string>();
  readonly #outstanding = new Set<Promise<WriteOutcome>>();
  readonly #concurrency: number;
  readonly #perform: (key: string, write: Write) => Promise<WriteOutcome>;
  readonly #maxBytes: number;
  #running = 0;
  /** Sweeps that were asked for, that are done, and the end of the last. */
  #sweeps = 0;
  #swept = 0;
  #sweeping = Promise.resolve();
  #waiters: (() => void)[] = [];

  /**
   * @param concurrency - writes at once
   * @param maxBytes - above which `room` waits
   * @param perform - does a write; must not reject
   */
  constructor(
    concurrency: number,
    maxBytes: number,
    perform: (key: string, write: Write) => Promise<WriteOutcome>,
  ) {
    this.#concurrency = concurrency;
    this.#maxBytes = maxBytes;
    this.#perform = perform;
  }

  /** Keys that wait or are under way. */
  get size(): number {
    return this.#pending.size;
  }

  /** Whether there is no room for more. */
  get isFull(): boolean {
    return this.bytes > this.#maxBytes;
  }

  /** The latest write of a key that isn't done; `undefined` if there is none, or if the tier knows better. */
  latest(key: string): { readonly write: Write } | undefined {
    const pending = this.#pending.get(key);
    return pending?.isOutdated === true ? undefined : pending;
  }

  /** Keys and their latest writes. */
  all(): Iterable<readonly [string, { readonly write: Write }]> {
    return this.#pending;
  }

  /**
   * What was made of what was known before and isn't written yet isn't any more, nor read.
   *
   * @param key - what changed
   * @returns whether one is under way, so that it may be written yet
   */
  outdate(key: string): boolean {
    const pending = this.#pending.get(key);
    if (pending === undefined || !isDerived(pending.write)) return false;
    const { write, isWaiting, isRunning } = pending;
    pending.isOutdated = true;
    if (!isWaiting) return true;
    this.bytes -= sizeOf(write);
    this.#line.delete(key);
    pending.isWaiting = false;
    pending.settle('superseded');
    if (!isRunning) this.#pending.delete(key);
    return isRunning;
  }

  /** Adds a write. */
  push(key: string, write: Write): Promise<WriteOutcome> {
    const done = new Promise<WriteOutcome>((settle) => {
      const earlier = this.#pending.get(key);
      this.bytes += sizeOf(write);
      if (earlier === undefined) {
        this.#pending.set(key, {
          write,
          settle,
          isRunning: false,
          isWaiting: true,
          turn: this.#sweeps,
          isOutdated: false,
        });
      } else {
        if (earlier.isWaiting) {
          this.bytes -= sizeOf(earlier.write);
          earlier.settle('superseded');
          // What has to wait for a sweep goes to the end of the line.
          if (earlier.turn < this.#sweeps) this.#line.delete(key);
        }
        Object.assign(earlier, { write, settle, isWaiting: true, turn: this.#sweeps, isOutdated: false });
      }
      this.#line.add(key);
    });
    this.#outstanding.add(done);
    void done.then(() => this.#outstanding.delete(done));
    this.#next();
    return done;
  }

  /** Settles when there is room for more. */
  room(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /**
   * Does something to the tier as a whole, once everything that was added until now is done. What is added from now on
   * waits for it.
   *
   * @param work - must not reject, nor wait for the queue
   */
  sweep(work: () => Promise<void>): Promise<void> {
    const earlier = [this.#sweeping, ...this.#outstanding];
    this.#sweeps += 1;
    this.#sweeping = Promise.all(earlier)
      .then(work)
      .then(() => {
        this.#swept += 1;
        this.#next();
      });
    return this.#sweeping;
  }

  /** Settles when everything that was added until now is done. */
  async idle(): Promise<void> {
    await Promise.all([this.#sweeping, ...this.#outstanding]);
  }

  #next(): void {
    for (const key of this.#line) {
      if (this.#running >= this.#concurrency) return;
      const pending = this.#pending.get(key) as Pending;
      if (pending.turn > this.#swept) return;
      if (pending.isRunning) continue;
      this.#line.delete(key);
      void this.#run(key, pending);
    }
  }

  async #run(key: string, pending: Pending): Promise<void> {
    const { write, settle } = pending;
    this.#running += 1;
    pending.isRunning = true;
    pending.isWaiting = false;
    const outcome = await this.#perform(key, write);
    this.#running -= 1;
    pending.isRunning = false;
    this.bytes -= sizeOf(write);
    if (!pending.isWaiting) this.#pending.delete(key);
    settle(outcome);
    this.#next();
    if (this.isFull || this.#waiters.length === 0) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

/** Whether it was made of what was known before, rather than given by somebody. */
export const isDerived = ({ entry, isCopy, ifAbsent }: Write): boolean =>
  entry !== undefined && (isCopy === true || ifAbsent);

function sizeOf({ entry }: Write): number {
  return entry?.bytes.byteLength ?? 0;
}
