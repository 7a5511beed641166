// Goes one of the ways of `cycles.ts` in a process of its own, so that nobody's garbage is collected in another's time,
// and sends the parent what it took and left. The collector is called once, before the start, and not again.
//   node --expose-gc cycle-run.ts NAME CYCLES
import { getHeapStatistics } from 'node:v8';
import { median } from '../measure.ts';
import { type Collections, watchCollections } from './collections.ts';
import { WAYS } from './cycles.ts';

/** What is sent. */
export interface CycleRun {
  /** Nanoseconds a cycle: the median of a hundred parts of the run, so that a part in which the thread had no core doesn't count. */
  readonly ns: number;
  /** Bytes by which the used heap grew. Without collections that is all the garbage there was. */
  readonly growthBytes: number;
  readonly collections: Collections;
}

/** Runs and cycles before the start: all is compiled then, and all that is used again is there. */
const WARM_UP_RUNS = 20;
const WARM_UP_CYCLES = 50_000;
const PARTS = 100;

const [name = '', count = ''] = process.argv.slice(2);
const { [name]: way } = WAYS;
if (way === undefined || globalThis.gc === undefined)
  throw new Error(`Expected a way and --expose-gc but received ${name}`);
const run = way.make();

const stopWarmingUp = watchCollections();
for (let turn = 0; turn < WARM_UP_RUNS; turn += 1) await run(WARM_UP_CYCLES * way.share);
await stopWarmingUp();
globalThis.gc();
const stop = watchCollections();
const heapBefore = getHeapStatistics().used_heap_size;
const ns: number[] = [];
for (let part = 0; part < PARTS; part += 1) {
  const startedMs = performance.now();
  await run(Number(count) / PARTS);
  ns.push(((performance.now() - startedMs) * 1e6) / (Number(count) / PARTS));
}
const growthBytes = getHeapStatistics().used_heap_size - heapBefore;
process.send?.({ ns: median(ns), growthBytes, collections: await stop() } satisfies CycleRun);
