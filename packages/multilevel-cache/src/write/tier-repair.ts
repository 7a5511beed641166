import type { CircuitBreaker } from '../breaker/circuit-breaker.js';
import type { ByteTier } from '../tiers/byte-tier.js';
import type { Distrust } from './distrust.js';
import type { TierGuard } from './tier-guard.js';
import type { WriteQueue } from './write-queue.js';

/** What a repair works with. */
export interface RepairParts {
  readonly tier: ByteTier;
  readonly guard: TierGuard;
  readonly breaker: CircuitBreaker;
  readonly queue: WriteQueue;
  readonly distrust: Distrust;
}

/** Deletes from a tier what it shouldn't have, as soon as it can be reached. */
export class TierRepair {
  readonly #parts: RepairParts;
  #repairing: Promise<void> | undefined;
  #isWanted = false;

  constructor(parts: RepairParts) {
    this.#parts = parts;
  }

  /** Begins, if there is anything to do and the tier may be tried. */
  soon(): void {
    const { distrust, breaker } = this.#parts;
    if (distrust.isEmpty || !breaker.mayAllow) return;
    if (this.#repairing !== undefined) {
      this.#isWanted = true;
      return;
    }
    this.#repairing = this.now().finally(() => {
      this.#repairing = undefined;
      if (this.#isWanted) this.soon();
    });
    this.#isWanted = false;
  }

  /** Deletes what isn't to be trusted; what can't be deleted stays distrusted. */
  async now(): Promise<void> {
    const { distrust, queue } = this.#parts;
    if (distrust.isTotal) return this.clear();
    await this.deleteTags();
    for (const key of distrust.keys()) {
      if (queue.latest(key) !== undefined) continue;
      const outcome = await queue.push(key, { entry: undefined, ifAbsent: false, since: distrust.now });
      if (outcome === 'failed' || outcome === 'out') return;
    }
  }

  /**
   * Deletes what has a distrusted tag, after what was to be written before and before what comes from now on.
   *
   * @returns how many by tag
   */
  async deleteTags(): Promise<ReadonlyMap<string, number>> {
    const { distrust, queue, guard, tier } = this.#parts;
    const deleted = new Map<string, number>();
    const tags = distrust.tags();
    if (tags.length === 0) return deleted;
    await queue.sweep(async () => {
      for (const [tag, since] of tags) {
        // An earlier one did it, and what was written since stays; or it is for a later one to do.
        if (!distrust.hasTag(tag, since)) continue;
        const result = await guard.run('deleteByTag', () => tier.deleteByTag(tag));
        if (!result.ok) break;
        deleted.set(tag, result.value);
        distrust.trustTag(tag, since);
      }
    });
    return deleted;
  }

  /** Clears a tier of which nothing is trusted, after what was to be written before and before what comes from now on. */
  clear(): Promise<void> {
    const { distrust, queue, guard, tier } = this.#parts;
    const since = distrust.now;
    return queue.sweep(async () => {
      if (!distrust.isTotal) return;
      const result = await guard.run('clear', () => tier.clear());
      if (result.ok) distrust.trustAll(since);
    });
  }
}
