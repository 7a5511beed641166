import type { Clock } from '@framerail/lifecycle';
import { CircuitBreaker } from '../breaker/circuit-breaker.js';
import type { CacheTime } from '../cache/cache-time.js';
import { cappedMeta } from '../cache/lifetime.js';
import type { ByteTier, StoredEntry, TierEntry } from '../tiers/byte-tier.js';
import { applyWrite } from './applied-write.js';
import { Distrust } from './distrust.js';
import { entriesOfTier } from './lane-entries.js';
import { LaneMeter } from './lane-meter.js';
import { LanePacking } from './lane-packing.js';
import { LaneReads } from './lane-reads.js';
import type { LaneStats } from './lane-stats.js';
import { closeTier } from './tier-closing.js';
import { TierGuard } from './tier-guard.js';
import type { TierSettings, WriteMode } from './tier-options.js';
import { TierRepair } from './tier-repair.js';
import { isDerived, type Write, type WriteOutcome, WriteQueue } from './write-queue.js';

/** What a lane needs of its cache. */
export interface LaneContext {
  readonly clock: Clock;
  readonly time: CacheTime;
  readonly random: () => number;
  /** Hears of failures of the tier. */
  readonly onFailure: (tier: string, error: unknown) => void;
  /** Hears when the tier is taken out, tried, and back. */
  readonly onState: (tier: string, state: 'closed' | 'open' | 'half-open', error: unknown) => void;
}

/**
 * The way to one tier of bytes and back: packs, writes in order, keeps failures and slowness from the caller, and never
 * gives what was written over or deleted while the tier couldn't be reached.
 */
export class TierLane {
  readonly name: string;
  readonly mode: WriteMode;
  readonly tier: ByteTier;
  /** Reads. */
  readonly reads: LaneReads;
  readonly #settings: TierSettings;
  readonly #context: LaneContext;
  readonly #guard: TierGuard;
  readonly #breaker: CircuitBreaker;
  readonly #queue: WriteQueue;
  readonly #packing: LanePacking;
  readonly #distrust: Distrust;
  readonly #repair: TierRepair;
  readonly #meter = new LaneMeter();
  #refused: ((key: string, entry: StoredEntry, wasLetGo: boolean) => void) | undefined;

  constructor(settings: TierSettings, context: LaneContext) {
    const { tier, compression, timeoutMs, concurrency, maxPendingBytes } = settings;
    const distrust = new Distrust();
    const breaker = new CircuitBreaker(
      settings.breaker,
      () => context.clock.now(),
      (state, error) => {
        context.onState(tier.name, state, error);
        if (state === 'closed') this.#repair.soon();
      },
    );
    const onFailure = (error: unknown): void => {
      this.#meter.counts.failures += 1;
      context.onFailure(tier.name, error);
    };
    const guard = new TierGuard(tier, { clock: context.clock, timeoutMs, breaker, onFailure });
    const queue = new WriteQueue(concurrency, maxPendingBytes, (key, write) => this.#perform(key, write));
    this.name = tier.name;
    this.mode = settings.write;
    this.tier = tier;
    this.#settings = settings;
    this.#context = context;
    this.#packing = new LanePacking(compression, (error) => context.onFailure(tier.name, error));
    this.#distrust = distrust;
    this.#breaker = breaker;
    this.#guard = guard;
    this.#queue = queue;
    this.#repair = new TierRepair({ tier, guard, breaker, queue, distrust });
    this.reads = new LaneReads({
      ...{ tier, guard, queue, distrust, clock: context.clock, time: context.time },
      ...{ repair: this.#repair, packing: this.#packing, meter: this.#meter },
      drop: (key) => this.drop(key),
    });
  }

  /** Opens the tier now. @throws what it throws, or `E_TIMEOUT` */
  async open(): Promise<void> {
    const result = await this.#guard.run('opening', async () => {});
    if (!result.ok && result.error !== undefined) throw result.error;
  }

  /** Whether there is an entry that hasn't expired. */
  async has(key: string): Promise<boolean> {
    const latest = this.#queue.latest(key);
    if (latest !== undefined) return this.reads.pending(latest.write) !== undefined;
    if (this.#distrust.covers(key)) return false;
    const result = await this.#guard.run('has', () => this.tier.has(key));
    return result.ok && result.value;
  }

  /** Writes an entry, or deletes it: in the order of the calls. Never rejects. */
  write(key: string, entry: StoredEntry | undefined): Promise<WriteOutcome> {
    return this.#push(key, entry);
  }

  /** As `write`, for what nobody waits for: if too much waits already, the key is deleted instead. */
  offer(key: string, entry: StoredEntry): Promise<WriteOutcome> {
    return this.#push(key, this.#queue.isFull ? undefined : entry, { isCopy: true });
  }

  /** As `write`, for what the tier above was given and didn't take: if too much waits already, it is lost. */
  takeOver(key: string, entry: StoredEntry): void {
    if (!this.#queue.isFull) void this.write(key, entry);
  }

  /**
   * Takes what the tier above let go, if there is room and none of its key. Must be called while it is the latest of its
   * key; `unpack` makes it what it was before that tier packed it.
   */
  demote(key: string, entry: StoredEntry, unpack?: Write['unpack']): void {
    if (this.#queue.isFull || this.#queue.latest(key) !== undefined) return;
    void this.#push(key, entry, { ifAbsent: true, unpack });
  }

  /** Another process changed a key: what was made of it before isn't written any more. @returns whether some may be yet */
  outdate(key: string): boolean {
    return this.#queue.outdate(key);
  }

  /** Keys of what waits to be written, or is under way, and has the tag, if there is one. */
  pendingKeys(tag?: string): readonly string[] {
    const has = ({ entry }: Write): boolean => tag === undefined || entry?.meta.tags.includes(tag) === true;
    return [...this.#queue.all()].filter(([, { write }]) => has(write)).map(([key]) => key);
  }

  /**
   * Hears of entries that the tier didn't take, while they are the latest of their keys and nobody was told yet.
   *
   * @param listener - `wasLetGo`: the tier above let it go, rather than somebody set it
   */
  onRefused(listener: (key: string, entry: StoredEntry, wasLetGo: boolean) => void): void {
    this.#refused = listener;
  }

  /** Whether what the tier has of a key, with such tags, may not be the latest. */
  isPending(key: string, tags: readonly string[] = []): boolean {
    return (
      this.#queue.latest(key) !== undefined || this.#distrust.covers(key) || this.#distrust.coversTags(tags)
    );
  }

  /** Settles when there is room for more writes. */
  room(): Promise<void> {
    return this.#queue.room();
  }

  /** Deletes what has a tag, that which waits to be written too. @returns how many */
  async deleteByTag(tag: string): Promise<number> {
    this.#distrust.addTag(tag);
    const deleted = await this.#repair.deleteTags();
    return deleted.get(tag) ?? 0;
  }

  /** Deletes all. */
  async clear(): Promise<void> {
    this.#distrust.addAll();
    await this.#repair.clear();
  }

  /** Entries that there are, without those that wait to be written. */
  async *entries(): AsyncIterable<TierEntry> {
    await this.#queue.idle();
    if (this.#breaker.state === 'open' || this.#distrust.isTotal) return;
    yield* entriesOfTier(this.tier, this.#guard, this.#distrust, this.#context.time);
  }

  /** Settles when what was written until now is where the tier keeps it. */
  async flush(): Promise<void> {
    await this.#queue.idle();
    await this.#repair.now();
    await this.#guard.run('flush', () => this.tier.flush());
  }

  /** Writes what waits, and closes the tier. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#repair.now();
    await closeTier(this.tier, this.#breaker, { ...this.#settings, ...this.#context });
  }

  /** Whether the tier isn't to be asked at present. */
  get isOut(): boolean {
    return this.#breaker.state === 'open';
  }

  /** Whether what the tier has under a key isn't to be used, until it was deleted there. */
  distrusts(key: string): boolean {
    return this.#distrust.covers(key);
  }

  /** Drops an entry whose bytes turned out not to be what was written. */
  drop(key: string): void {
    this.#meter.counts.corruptions += 1;
    void this.write(key, undefined);
  }

  stats(): LaneStats {
    return Object.freeze({
      kind: 'bytes' as const,
      name: this.name,
      ...this.#meter.snapshot(),
      breaker: this.#breaker.state,
      pendingWrites: this.#queue.size,
      pendingBytes: this.#queue.bytes,
      compression: this.#packing.stats(),
      tier: this.tier.stats(),
    });
  }

  #push(key: string, entry: StoredEntry | undefined, how: Partial<Write> = {}): Promise<WriteOutcome> {
    // What is written now isn't to go with what has to go: that comes first, if the tier may be tried.
    this.#repair.soon();
    const since = this.#distrust.now;
    return this.#queue.push(key, { ifAbsent: false, ...how, entry: entry && this.#capped(entry), since });
  }

  /** An entry that the tier let go, as it was before it was packed; `undefined` if that can't be had. */
  unpacked(stored: StoredEntry): Promise<StoredEntry | undefined> {
    return this.#packing.unpack(stored);
  }

  async #perform(key: string, write: Write): Promise<WriteOutcome> {
    const startMs = this.#context.clock.now();
    const given = write.unpack && write.entry ? await write.unpack(write.entry) : write.entry;
    const isWanted = given !== undefined && this.reads.isWanted(given, write.since);
    // It would go with what has still to go there.
    if (isWanted && this.#distrust.claims(given.meta.tags)) return this.#lost(key, 'out');
    const entry = isWanted ? await this.#packing.pack(given) : undefined;
    // What can't be unpacked isn't moved; nobody asked for a deletion.
    if (write.ifAbsent && entry === undefined) return 'rejected';
    const since = this.#distrust.now;
    const isLatest = (): boolean => this.#queue.latest(key)?.write === write;
    const result = await this.#guard.run(entry === undefined ? 'delete' : 'set', (signal) =>
      applyWrite(this.tier, { ...write, key, entry, isLatest, isDerived: isDerived(write) }, signal),
    );
    if (!result.ok) {
      const { late } = result;
      if (late !== undefined) void this.#distrust.addLate(key, late).then(() => this.#repair.soon());
      return this.#lost(key, result.failure);
    }
    if (result.value !== 'present' && result.value !== 'superseded') this.#distrust.trust(key, since);
    this.#repair.soon();
    if (result.value === 'stored' && entry !== undefined) {
      this.#meter.written(entry.bytes.byteLength, this.#context.clock.now() - startMs);
    }
    const isRefused = result.value === 'rejected' || result.value === 'tooLarge';
    const isTold = isRefused && isLatest() && this.#distrust.now === since;
    if (isTold && given !== undefined && !write.isCopy) this.#refused?.(key, given, write.ifAbsent);
    return result.value;
  }

  #lost<Outcome>(key: string, outcome: Outcome): Outcome {
    this.#meter.counts.lostWrites += 1;
    this.#distrust.add(key);
    return outcome;
  }

  /** What the tier says of an entry: it ends when its own time or the tier's is over. */
  #capped(entry: StoredEntry): StoredEntry {
    const { ttlMs, jitter } = this.#settings;
    const meta = cappedMeta(entry.meta, this.#context.time.now(), ttlMs, jitter, this.#context.random);
    return meta === entry.meta ? entry : { bytes: entry.bytes, meta };
  }
}
