import type { Lease } from '@framerail/lifecycle';
import type { KeyLog } from '../analytics/key-log.js';
import type { Codec } from '../codecs/codec.js';
import type { PromotionRules } from '../promotion/promotion-rule.js';
import type { EntryMeta, StoredEntry } from '../tiers/byte-tier.js';
import type { MemoryEntry } from '../tiers/memory/memory-entry.js';
import type { MemoryOptions } from '../tiers/memory/memory-options.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import { encoded, pooled, type ValueOrLease, weightOf } from '../tiers/memory/memory-values.js';
import type { TierLane } from '../write/tier-lane.js';
import type { WriteOutcome } from '../write/write-queue.js';
import type { CacheTime } from './cache-time.js';
import { cappedMeta, freshness } from './lifetime.js';
import type { SetOutcome, TierRefusal } from './set-outcome.js';

/** A value that was found, fresh or stale. */
export interface Found<V> {
  readonly value: V;
  readonly meta: EntryMeta;
  /** The place of the tier that had it, 0 being the first. */
  readonly tier: number;
}

/** What a stack is made of. */
export interface StackParts<V> {
  readonly codec: Codec<V>;
  /** The memory tier, if there is one, with its options. */
  readonly memory: { readonly tier: MemoryTier<V>; readonly options: MemoryOptions } | undefined;
  readonly lanes: readonly TierLane[];
  readonly rules: PromotionRules;
  readonly time: CacheTime;
  readonly random: () => number;
  readonly log: KeyLog;
}

/** A search that may turn out to be of yesterday: what it finds isn't moved up any more then. */
export interface SearchToken {
  isCurrent: boolean;
  /** Whether somebody needs it in memory, whatever the rules say. */
  isWanted: boolean;
}

/** The tiers one above the other: what is put where, moved up when it is used, and moved down when it is let go. */
export class TierStack<V> {
  readonly #parts: StackParts<V>;
  /** The place of the first lane. */
  readonly #firstLane: number;
  readonly #names: readonly string[];

  constructor(parts: StackParts<V>) {
    this.#parts = parts;
    this.#firstLane = parts.memory === undefined ? 0 : 1;
    const names = parts.lanes.map(({ name }) => name);
    this.#names = parts.memory === undefined ? names : ['memory', ...names];
    for (const [index, lane] of parts.lanes.entries()) {
      lane.tier.on('evicted', ({ key, entry }) => this.#demoteFrom(index, key, entry));
      lane.onRefused((key, entry, wasLetGo) => this.#passOn(index, key, entry, wasLetGo));
    }
  }

  /** The name of a tier by its place. */
  nameOf(tier: number): string {
    return this.#names[tier] ?? '';
  }

  /** Looks into the tiers of bytes, from above, and moves what it finds to where it belongs. */
  async search(key: string, token: SearchToken): Promise<Found<V> | undefined> {
    for (const [index, lane] of this.#parts.lanes.entries()) {
      const found = this.#found(key, await lane.reads.read(key), index, token);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** As `search`, if the first tier of bytes has it at hand. @returns `undefined` where `search` must see to it */
  searchNow(key: string, isWanted: boolean): Found<V> | undefined {
    const stored = this.#parts.lanes[0]?.reads.readNow(key);
    return stored && this.#found(key, stored, 0, { isCurrent: true, isWanted });
  }

  #found(
    key: string,
    stored: StoredEntry | undefined,
    index: number,
    token: SearchToken,
  ): Found<V> | undefined {
    const { lanes, codec, log, time } = this.#parts;
    const lane = lanes[index];
    if (lane === undefined || stored === undefined || freshness(stored.meta, time.now()) === 'expired')
      return undefined;
    let value: V;
    try {
      value = codec.decode(stored.bytes);
    } catch {
      lane.drop(key);
      return undefined;
    }
    log.note(key, `found in ${lane.name}`);
    const found = { value, meta: stored.meta, tier: this.#firstLane + index };
    if (token.isCurrent) this.#promote(key, found, stored, index, token.isWanted);
    return found;
  }

  /**
   * Puts a value into the tiers that it belongs in, and out of the others. Everything happens before this returns, or
   * in the order of the calls.
   *
   * @param isLoaded - whether nobody waits for the tiers below, and those that are written around get it too
   * @param isWanted - whether it must come to memory, whatever the rules say
   * @throws FramerailError `E_CACHE_ENCODE`, with nothing changed
   */
  put(
    key: string,
    given: ValueOrLease<V>,
    meta: EntryMeta,
    isLoaded: boolean,
    isWanted = false,
  ): () => Promise<SetOutcome> {
    const { lanes, memory, codec, rules } = this.#parts;
    const weight = weightOf(codec, given);
    const bytes = lanes.length === 0 ? undefined : encoded(codec, given);
    const stored = bytes && { bytes, meta: { ...meta, rawBytes: bytes.byteLength } };
    const place = rules.place(this.usesOf(key), bytes?.byteLength ?? weight).tier;
    const into = (tier: number, mode: string): boolean => tier >= place && (isLoaded || mode !== 'around');

    const written: [TierLane, Promise<WriteOutcome>][] = [];
    const removed: Promise<WriteOutcome>[] = [];
    for (const [index, lane] of lanes.entries()) {
      if (stored === undefined || !into(this.#firstLane + index, lane.mode))
        removed.push(lane.write(key, undefined));
      else written.push([lane, isLoaded ? lane.offer(key, stored) : lane.write(key, stored)]);
    }
    const isKept = memory !== undefined && (isWanted || into(0, memory.options.write ?? 'through'));
    if (isKept) this.#keep(key, given, stored?.meta ?? meta, weight, written);
    else memory?.tier.delete(key);
    const inMemory = isKept && memory.tier.find(key) !== undefined;
    const below = lanes[0];
    if (isKept && !inMemory && stored !== undefined && below?.mode === 'around' && !isLoaded)
      below.takeOver(key, stored);
    return async () => {
      if (!isLoaded) await Promise.all(removed);
      return this.#outcome(written, { isKept, inMemory, weight }, isLoaded);
    };
  }

  /** Takes a key out of all tiers. @returns whether one had it */
  async delete(key: string): Promise<boolean> {
    const { memory, lanes } = this.#parts;
    const inMemory = memory?.tier.delete(key) ?? false;
    const outcomes = await Promise.all(lanes.map((lane) => lane.write(key, undefined)));
    return inMemory || outcomes.includes('deleted');
  }

  /** Uses of a key that are known, those of its entry in memory among them. */
  usesOf(key: string): number {
    return this.#parts.log.uses(key) + (this.#parts.memory?.tier.usesOf(key) ?? 0);
  }

  /** Moves down what memory let go, unless a tier below has it. */
  demoteFromMemory(key: string, entry: MemoryEntry<V>): void {
    const { lanes, codec, log } = this.#parts;
    log.note(key, 'evicted from memory');
    const [below] = lanes;
    if (below === undefined || entry.isBelow || below.isPending(key)) return;
    const given = entry.lease === undefined ? { value: entry.value as V } : { lease: entry.lease };
    const bytes = encoded(codec, given);
    below.demote(key, { bytes, meta: { ...entry.meta, rawBytes: bytes.byteLength } });
  }

  #demoteFrom(index: number, key: string, entry: StoredEntry | undefined): void {
    const { lanes, log } = this.#parts;
    const [lane, below] = [lanes[index], lanes[index + 1]];
    log.note(key, `evicted from ${lane?.name}`);
    if (entry === undefined || lane === undefined || below === undefined) return;
    // A write of the key under way means that what was let go isn't the latest.
    if (lane.isPending(key, entry.meta.tags)) return;
    below.demote(key, entry, (packed) => lane.unpacked(packed));
  }

  /** What a tier didn't take goes to the next, unless that got it anyway. */
  #passOn(index: number, key: string, entry: StoredEntry, wasLetGo: boolean): void {
    const below = this.#parts.lanes[index + 1];
    if (below === undefined) return;
    if (wasLetGo) below.demote(key, entry);
    // Later than the deletion by which it was written around.
    else if (below.mode === 'around') below.takeOver(key, entry);
  }

  #promote(key: string, found: Found<V>, stored: StoredEntry, from: number, isWanted: boolean): void {
    const { rules, lanes, memory, codec } = this.#parts;
    const place = rules.promotes ? rules.place(this.usesOf(key), stored.meta.rawBytes).tier : found.tier;
    for (let index = Math.max(0, place - this.#firstLane); index < from; index += 1)
      void lanes[index]?.offer(key, stored);
    if (memory === undefined || (place > 0 && !isWanted)) return;
    const given = { value: found.value };
    this.#keep(key, given, found.meta, weightOf(codec, given), [], true);
  }

  /** Gives memory an entry. It weighs what the user said, whatever the pool makes of it. */
  #keep(
    key: string,
    given: ValueOrLease<V>,
    meta: EntryMeta,
    weight: number,
    writes: readonly [TierLane, Promise<WriteOutcome>][],
    isBelow = writes.length > 0,
  ): boolean {
    const { memory, time, random } = this.#parts;
    if (memory === undefined) return false;
    const { tier, options } = memory;
    let lease: Lease | undefined;
    let value: V | undefined;
    if (given.lease !== undefined) lease = given.lease.retain();
    else if (options.pool === undefined || weight === 0) value = given.value;
    else if (weight <= tier.maxBytes) lease = pooled(options.pool, given.value as Uint8Array);
    if (lease === undefined && value === undefined) {
      tier.refuse(key);
      return false;
    }
    const { ttlMs, jitter = 0 } = options;
    const ends = cappedMeta(meta, time.now(), ttlMs, jitter, random);
    const expiresAtMs = ends.expiresAtMs ?? Number.POSITIVE_INFINITY;
    const freshUntilMs = Math.min(expiresAtMs, ends.staleAtMs ?? Number.POSITIVE_INFINITY);
    const entry: MemoryEntry<V> = {
      value,
      lease,
      meta,
      freshUntilMs,
      expiresAtMs,
      bytes: weight,
      isBelow,
    };
    for (const [, done] of writes) {
      void done.then((outcome) => {
        if (outcome === 'failed' || outcome === 'out') entry.isBelow = false;
      });
    }
    return tier.set(key, entry);
  }

  async #outcome(
    written: readonly [TierLane, Promise<WriteOutcome>][],
    memory: { readonly isKept: boolean; readonly inMemory: boolean; readonly weight: number },
    isLoaded: boolean,
  ): Promise<SetOutcome> {
    const stored: string[] = [];
    const refused: TierRefusal[] = [];
    if (memory.inMemory) stored.push('memory');
    else if (memory.isKept) {
      const isLarge = memory.weight > (this.#parts.memory?.tier.maxBytes ?? 0);
      refused.push({ tier: 'memory', reason: isLarge ? 'tooLarge' : 'rejected' });
    }
    for (const [lane, done] of written) {
      if (isLoaded || lane.mode !== 'through') {
        await lane.room();
        stored.push(lane.name);
        continue;
      }
      const outcome = await done;
      if (outcome === 'stored') stored.push(lane.name);
      else refused.push({ tier: lane.name, reason: outcome as TierRefusal['reason'] });
    }
    return Object.freeze({ stored: Object.freeze(stored), refused: Object.freeze(refused) });
  }
}
