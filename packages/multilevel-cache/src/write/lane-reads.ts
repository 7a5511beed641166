import type { Clock } from '@framerail/lifecycle';
import type { CacheTime } from '../cache/cache-time.js';
import { freshness } from '../cache/lifetime.js';
import type { ByteTier, StoredEntry } from '../tiers/byte-tier.js';
import type { Distrust } from './distrust.js';
import type { LaneMeter } from './lane-meter.js';
import type { LanePacking } from './lane-packing.js';
import type { TierGuard } from './tier-guard.js';
import type { TierRepair } from './tier-repair.js';
import type { Write, WriteQueue } from './write-queue.js';

/** What reads of a lane are made of. */
export interface LaneReadParts {
  readonly tier: ByteTier;
  readonly guard: TierGuard;
  readonly queue: WriteQueue;
  readonly distrust: Distrust;
  readonly repair: TierRepair;
  readonly packing: LanePacking;
  readonly meter: LaneMeter;
  readonly clock: Clock;
  readonly time: CacheTime;
  /** Drops an entry that can't be unpacked. */
  readonly drop: (key: string) => void;
}

/** Reads of one tier: what waits to be written comes before what is there, and what is distrusted isn't given. */
export class LaneReads {
  readonly #parts: LaneReadParts;

  constructor(parts: LaneReadParts) {
    this.#parts = parts;
  }

  /** The entry, unpacked; also one that is stale. */
  async read(key: string): Promise<StoredEntry | undefined> {
    const { clock, meter } = this.#parts;
    const startMs = clock.now();
    const entry = await this.#read(key);
    meter.read(entry !== undefined, clock.now() - startMs);
    return entry;
  }

  /** As `read`, if the tier has it at hand. @returns `undefined` where `read` must see to it; nothing was counted then */
  readNow(key: string): StoredEntry | undefined {
    const { tier, guard, queue, distrust, packing, meter, clock } = this.#parts;
    if (tier.getNow === undefined || packing.isOn) return undefined;
    if (queue.latest(key) !== undefined || distrust.covers(key)) return undefined;
    const startMs = clock.now();
    const stored = guard.now(() => tier.getNow?.(key));
    if (stored === undefined || stored.meta.compression !== 'none' || !this.#mayBeGiven(key, stored))
      return undefined;
    meter.counts.bytesRead += stored.bytes.byteLength;
    meter.read(true, clock.now() - startMs);
    return stored;
  }

  /** What waits to be written, unless it isn't wanted any more. */
  pending({ entry, since }: Write): StoredEntry | undefined {
    return entry !== undefined && this.isWanted(entry, since) ? entry : undefined;
  }

  /** Whether an entry is neither over nor said to have gone since it was given. */
  isWanted(entry: StoredEntry, since: number): boolean {
    return !this.#isExpired(entry) && !this.#parts.distrust.isOver(since, entry.meta.tags);
  }

  async #read(key: string): Promise<StoredEntry | undefined> {
    const { tier, guard, queue, distrust, repair, packing, meter, drop } = this.#parts;
    const latest = queue.latest(key);
    if (latest !== undefined) {
      const entry = this.pending(latest.write);
      // On its way down from a tier that let it go.
      return entry && latest.write.unpack ? latest.write.unpack(entry) : entry;
    }
    if (distrust.covers(key)) {
      meter.counts.skipped += 1;
      repair.soon();
      return undefined;
    }
    const result = await guard.run('get', (signal) => tier.get(key, { signal }));
    if (!result.ok) {
      if (result.failure === 'out') meter.counts.skipped += 1;
      return undefined;
    }
    const stored = result.value;
    if (stored === undefined || !this.#mayBeGiven(key, stored)) return undefined;
    meter.counts.bytesRead += stored.bytes.byteLength;
    return packing.unpack(stored, () => drop(key));
  }

  #mayBeGiven(key: string, stored: StoredEntry): boolean {
    const { distrust } = this.#parts;
    return !distrust.covers(key) && !distrust.claims(stored.meta.tags) && !this.#isExpired(stored);
  }

  #isExpired({ meta }: StoredEntry): boolean {
    return freshness(meta, this.#parts.time.now()) === 'expired';
  }
}
