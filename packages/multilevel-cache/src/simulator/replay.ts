import type { EvictionPolicy } from '../eviction/eviction-policy.js';
import type { LoadedTrace } from './loaded-trace.js';

/**
 * Asks a policy for everything that a trace asks for, and puts in what is missing. An entry larger than the policy is a
 * miss and isn't kept.
 *
 * @param trace - what is asked for
 * @param policy - an empty one, over the trace's ids
 * @param from - the first event to replay
 * @param to - the event to stop before
 * @returns misses among the requests
 */
export function replay(trace: LoadedTrace, policy: EvictionPolicy<number>, from: number, to: number): number {
  const { ids, bytes, counts } = trace;
  let misses = 0;
  for (let index = from; index < to; index += 1) {
    const id = ids[index] as number;
    const weight = bytes[index] as number;
    if (counts[index] === 1) {
      if (policy.touch(id) !== 0) continue;
      misses += 1;
    }
    if (weight >= 0) policy.set(id, weight, 0, forget);
  }
  return misses;
}

function forget(): void {}
