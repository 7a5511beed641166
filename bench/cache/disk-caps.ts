// What a disk tier's folder takes while 100,000 entries of mixed sizes come and go, measured by `du` at any moment.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { disk } from '@framerail/multilevel-cache/disk';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { numbersOf } from './crash/rows.ts';

const CAPS = { small: 4 * 1024 ** 2, middle: 48 * 1024 ** 2, large: 256 * 1024 ** 2 };

/** Fills stores of three caps, each many times over. */
export async function measureCaps({ log, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  for (const [name, maxBytes] of Object.entries(CAPS)) {
    const folder = mkdtempSync(join(tmpdir(), 'framerail-bench-caps-'));
    try {
      const { most, looks, entries } = await highest(folder, maxBytes, seed, quick ? 5000 : 100_000);
      log(`${name}: at most ${most} of ${maxBytes} bytes in ${looks} looks, ${entries} entries at the end`);
      const value = most / maxBytes;
      outcome.results.push({ id: `du-${name}`, unit: 'bytes', value: most, peers: { cap: maxBytes } });
      outcome.claims.push({ id: `du-${name}`, value, unit: 'ratio', op: '<=', limit: 1 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return outcome;
}

async function highest(
  folder: string,
  maxBytes: number,
  seed: number,
  count: number,
): Promise<{ most: number; looks: number; entries: number }> {
  const path = join(folder, 'store');
  const tier = disk({ path, maxBytes });
  await tier.open();
  let [most, looks, isDone] = [0, 0, false];
  const looking = (async () => {
    while (!isDone) {
      for (let turns = looks % 50; turns >= 0; turns -= 1) await turn();
      // This thread stands still meanwhile: else a file that goes and one that comes would both be counted.
      const { stdout } = spawnSync('du', ['-s', '--block-size=1', path], { encoding: 'utf8' });
      most = Math.max(most, Number(stdout.split('\t')[0]));
      looks += 1;
    }
  })();
  const upTo = numbersOf(seed);
  const bytes = Buffer.alloc(400_000, 'framerail');
  const meta = { createdAtMs: 1, tags: [], cost: 0, compression: 'none' as const };
  try {
    for (let done = 0; done < count; done += 100) {
      const sets = Array.from({ length: 100 }, () => {
        const pick = upTo(100);
        const length = pick === 0 ? 65_537 + upTo(300_000) : pick < 30 ? upTo(20_000) : upTo(400);
        const entry = { bytes: bytes.subarray(0, length), meta: { ...meta, rawBytes: length } };
        return tier.set(`key ${upTo(count)}`, entry);
      });
      await Promise.all(sets);
    }
  } finally {
    isDone = true;
    await looking;
  }
  const { entries } = tier.stats();
  await tier.close();
  return { most, looks, entries };
}
