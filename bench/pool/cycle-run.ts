// Goes one of the ways of `cycles.ts` in a process of its own, so that nobody's garbage is collected in another's time,
// and sends the parent what it took and left. The collector is called once, before the start, and not again.
//   node --expose-gc cycle-run.ts NAME CYCLES
import { getHeapStatistics } from 'node:v8';
import { type Collections, watchCollections } from './collections.ts';
import { allocates, CYCLES } from './cycles.ts';

/** What is sent. */
export interface CycleRun {
  /** Nanoseconds a cycle, on average over the run, collections included. */
  readonly ns: number;
  /** Bytes by which the used heap grew. Without collections that is all the garbage there was. */
  readonly growthBytes: number;
  readonly collections: Collections;
}

/** Runs and cycles before the start: all is compiled then, and all that is used again is there. */
const WARM_UP_RUNS = 20;
const WARM_UP_CYCLES = 50_000;
const ALLOCATING_WARM_UP_CYCLES = 5;

const [name = '', count = ''] = process.argv.slice(2);
const { [name]: make } = CYCLES;
if (make === undefined || globalThis.gc === undefined)
  throw new Error(`Expected a way and --expose-gc but received ${name}`);
const run = make();

const stopWarmingUp = watchCollections();
for (let turn = 0; turn < WARM_UP_RUNS; turn += 1)
  await run(allocates(name) ? ALLOCATING_WARM_UP_CYCLES : WARM_UP_CYCLES);
await stopWarmingUp();
globalThis.gc();
const stop = watchCollections();
const heapBefore = getHeapStatistics().used_heap_size;
const startedMs = performance.now();
await run(Number(count));
const ms = performance.now() - startedMs;
const growthBytes = getHeapStatistics().used_heap_size - heapBefore;
process.send?.({
  ns: (ms * 1e6) / Number(count),
  growthBytes,
  collections: await stop(),
} satisfies CycleRun);
