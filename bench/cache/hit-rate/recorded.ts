// The traces of ../shared/traces, and what its README says of them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;

/** A recorded trace, and what is known of it. */
export interface RecordedTrace {
  name: string;
  file: string;
  sizes: readonly number[];
  /** Percent that W-TinyLFU with a climbing window reached, by size: BitFaster.Caching's pull request 191. */
  climbing?: Readonly<Record<number, number>>;
  /** Misses of libCacheSim, by policy, in the order of `sizes`. */
  golden?: Readonly<Record<string, readonly number[]>>;
}

/** All of them. */
export const RECORDED: readonly RecordedTrace[] = [
  { name: 'gli', file: 'lirs-gli.trace.gz', sizes: [500, 1000, 1500] },
  { name: 'multi3', file: 'lirs-multi3.trace.gz', sizes: [500, 1000, 2000] },
  { name: 'loop', file: 'lirs-loop.trace.gz', sizes: [256, 512, 768] },
  { name: '2_pools', file: 'lirs-2_pools.trace.gz', sizes: [200, 1000] },
  {
    name: 'OLTP',
    file: 'OLTP.lis.zst',
    sizes: [250, 500, 1000, 2000, 10_000],
    climbing: { 250: 24.73, 500: 33.7, 1000: 39.95, 2000: 46.07 },
  },
  {
    name: 'cloudphysics-io',
    file: 'cloudphysics-io.oracleGeneral.bin',
    sizes: [1, 2, 3, 4, 5, 6, 7, 8].map((eighths) => eighths * 128 * MIB),
    golden: {
      lru: [93_374, 89_783, 83_572, 81_722, 72_494, 72_104, 71_972, 71_704],
      sieve: [91_699, 86_720, 78_578, 76_707, 69_945, 66_221, 64_445, 64_376],
    },
  },
];

/** Path of a recorded trace; `undefined` where it isn't there. */
export function recordedPath(file: string): string | undefined {
  const path = join(import.meta.dirname, '../../../../shared/traces', file);
  return existsSync(path) ? path : undefined;
}
