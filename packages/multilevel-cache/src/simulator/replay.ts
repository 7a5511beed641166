import type { EvictionPolicy } from '../eviction/eviction-policy.js';
import { ANSWERED, DELETED, type LoadedTrace, REQUESTED } from './loaded-trace.js';

/** Asks a policy for everything that a trace asks for, and puts in what is missing. */
export class Replay {
  /** Misses among the requests until now. */
  misses = 0;
  readonly #trace: LoadedTrace;
  readonly #policy: EvictionPolicy<number>;
  /** Entries that were missing and come later. */
  readonly #awaited = new Set<number>();

  /**
   * @param trace - what is asked for
   * @param policy - an empty one, over the trace's ids. What is larger than it is a miss and isn't kept
   */
  constructor(trace: LoadedTrace, policy: EvictionPolicy<number>) {
    this.#trace = trace;
    this.#policy = policy;
  }

  /**
   * Goes on.
   *
   * @param from - the first event, after the last one of before
   * @param to - the event to stop before
   */
  run(from: number, to: number): void {
    const { ids, bytes, counts } = this.#trace;
    const policy = this.#policy;
    for (let index = from; index < to; index += 1) {
      const id = ids[index] as number;
      const weight = bytes[index] as number;
      const count = counts[index];
      if (count === REQUESTED) {
        if (policy.touch(id) !== 0) continue;
        this.misses += 1;
        if (weight < 0) this.#awaited.add(id);
      } else if (count === DELETED) policy.delete(id);
      else if (count === ANSWERED && !this.#awaited.delete(id)) continue;
      if (weight >= 0) policy.set(id, weight, 0, forget);
    }
  }
}

function forget(): void {}
