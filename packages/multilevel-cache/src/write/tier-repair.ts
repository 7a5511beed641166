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
  #clearing = Promise.resolve();

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
      const outcome = await queue.push(key, { entry: undefined, ifAbsent: false });
      if (outcome === 'failed' || outcome === 'out') return;
    }
  }

  /** Deletes what has a distrusted tag, once what was to be written before is. @returns how many by tag */
  async deleteTags(): Promise<ReadonlyMap<string, number>> {
    const { distrust, queue, guard, tier } = this.#parts;
    const deleted = new Map<string, number>();
    const tags = distrust.tags();
    if (tags.length > 0) await queue.idle();
    for (const [tag, stamp] of tags) {
      const result = await guard.run('deleteByTag', () => tier.deleteByTag(tag));
      if (!result.ok) break;
      deleted.set(tag, result.value);
      distrust.trustTag(tag, stamp);
    }
    return deleted;
  }

  /** Clears a tier of which nothing is trusted, once what was to be written before is; one clearing after the other. */
  clear(): Promise<void> {
    const { distrust, queue, guard, tier } = this.#parts;
    this.#clearing = this.#clearing.then(async () => {
      if (!distrust.isTotal) return;
      distrust.beginClearing();
      await queue.idle();
      const result = await guard.run('clear', () => tier.clear());
      distrust.endClearing(result.ok);
    });
    return this.#clearing;
  }
}
