// The disk tier beside cacache: both verify what they read, neither calls fsync.
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { createCache } from '@framerail/multilevel-cache';
import { disk } from '@framerail/multilevel-cache/disk';
import cacache from 'cacache';
import type { BenchContext, BenchOutcome } from '../../contract.ts';
import { alternate } from '../../measure.ts';
import { atLeast, perCall } from './against.ts';

/** What is measured, and what the issue asks of it over cacache. */
const SIZES = [
  { name: '4KiB', bytes: 4096, count: 500, limit: 5 },
  { name: '12MB', bytes: 12_441_600, count: 8, limit: 1.5 },
] as const;
/** Calls that are under way at once in the second figure of each kind. */
const AT_ONCE = 8;

/** Puts and gets of values of two sizes, one after the other and several at once. */
export async function measureDisk(
  { log, rounds, quick }: BenchContext,
  folder: string,
): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  for (const { name, bytes, count, limit } of SIZES) {
    const values = Array.from({ length: quick ? 3 : count }, () => randomFillSync(new Uint8Array(bytes)));
    const path = join(folder, `framerail-${name}`);
    await using ours = createCache({
      tiers: [disk({ path, maxBytes: 4 * bytes * values.length + 2 ** 24, durability: 'none' })],
    });
    const peer = join(folder, `cacache-${name}`);
    for (const atOnce of [1, AT_ONCE]) {
      const id = `disk/${name}${atOnce === 1 ? '' : `-${atOnce}-at-once`}`;
      const puts = await alternate(
        {
          framerail: () => each(values, atOnce, async (value, key) => void (await ours.set(key, value))),
          // What is put again under its key is written again, its content once more under another name.
          cacache: () =>
            each(values, atOnce, async (value, key) => void (await cacache.put(peer, key, asBuffer(value)))),
        },
        { rounds, warmup: 1 },
      );
      const gets = await alternate(
        {
          framerail: () =>
            each(values, atOnce, async (value, key) => expectSame(key, value, await ours.get(key))),
          cacache: () =>
            each(values, atOnce, async (value, key) =>
              expectSame(key, value, (await cacache.get(peer, key)).data),
            ),
        },
        { rounds, warmup: 1 },
      );
      for (const [what, timings] of Object.entries({ put: puts, get: gets })) {
        outcome.results.push(perCall(`${id}/${what}`, timings, 'framerail', values.length));
        outcome.claims.push(atLeast(`${id}/${what}`, timings, ['framerail', 'cacache'], limit));
      }
    }
  }
  log('disk: done');
  return outcome;
}

/** Calls `act` for each value, so many at once. */
async function each(
  values: readonly Uint8Array[],
  atOnce: number,
  act: (value: Uint8Array, key: string) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < values.length) {
      const index = next++;
      await act(values[index] as Uint8Array, `clip/${index}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Its ends, so that comparing costs nothing beside the reading. */
function expectSame(key: string, value: Uint8Array, read: Uint8Array | undefined): void {
  if (read?.byteLength === value.byteLength && read[0] === value[0] && read.at(-1) === value.at(-1)) return;
  throw new Error(`Expected what was put under ${key} but received ${read?.byteLength ?? 'no'} bytes`);
}
