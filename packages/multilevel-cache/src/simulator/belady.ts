import { ANSWERED, DELETED, type LoadedTrace, REQUESTED } from './loaded-trace.js';
import { NextUseHeap } from './next-use-heap.js';

const NEVER = 0x7fff_ffff;

/**
 * Replays a trace with a cache that knows the future: Belady's, which lets go what is asked for again last, the new entry
 * among them. Where every entry counts as one no cache can have fewer misses. Where entries have sizes the best choice
 * is beyond computing (it is NP-hard: Chrobak, Woeginger, Makino, Xu, 2012), and this is not a bound but a yardstick: the
 * same rule by next use alone, as libCacheSim's Belady.
 *
 * @param trace - what is asked for
 * @param maxBytes - what the cache may hold
 * @returns misses among the requests
 */
export function beladyMisses(trace: LoadedTrace, maxBytes: number): number {
  const { ids, bytes, counts } = trace;
  const next = nextUses(trace);
  const heldBytes = new Float64Array(trace.entries).fill(-1);
  const heap = new NextUseHeap(trace.entries);
  let total = 0;
  let misses = 0;
  const letGo = (id: number): void => {
    total -= heldBytes[id] as number;
    heldBytes[id] = -1;
    heap.remove(id);
  };
  const awaited = new Set<number>();
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] as number;
    const weight = bytes[index] as number;
    const count = counts[index];
    const isHeld = (heldBytes[id] as number) >= 0;
    if (count === REQUESTED && !isHeld) {
      misses += 1;
      if (weight < 0) awaited.add(id);
    }
    if (count === ANSWERED && !awaited.delete(id)) continue;
    const isHit = count === REQUESTED && isHeld;
    const kept = isHit ? (heldBytes[id] as number) : weight;
    if (isHeld) letGo(id);
    if (kept < 0 || kept > maxBytes || next[index] === NEVER) continue;
    heldBytes[id] = kept;
    total += kept;
    heap.add(id, next[index] as number);
    while (total > maxBytes) letGo(heap.last());
  }
  return misses;
}

/** When each event's entry is asked for next: the index of that event. */
function nextUses({ ids, counts, entries }: LoadedTrace): Int32Array {
  const next = new Int32Array(ids.length);
  const upcoming = new Int32Array(entries).fill(NEVER);
  for (let index = ids.length - 1; index >= 0; index -= 1) {
    const id = ids[index] as number;
    next[index] = upcoming[id] as number;
    if (counts[index] === REQUESTED) upcoming[id] = index;
    else if (counts[index] === DELETED) upcoming[id] = NEVER;
  }
  return next;
}
