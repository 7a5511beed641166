// What a pool saves: time and garbage of getting memory for a 4K frame, beside allocating it and beside the simplest
// free list; a frame's way to another thread and back; a pool that four threads share; memory and collections of a
// whole pipeline, beside one that allocates for each frame.
import type { BenchContext, BenchOutcome } from './contract.ts';
import { measureCycles } from './pool/cycle-times.ts';
import { measurePipeline } from './pool/pipeline-memory.ts';
import { measureRoundTrips } from './pool/round-trips.ts';
import { measureThreads } from './pool/thread-rates.ts';

/** The bench `pool`. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  const parts = [
    await measureCycles(context),
    await measureRoundTrips(context),
    await measureThreads(context),
    await measurePipeline(context),
  ];
  return {
    results: parts.flatMap(({ results }) => results),
    claims: parts.flatMap(({ claims }) => claims),
  };
}
