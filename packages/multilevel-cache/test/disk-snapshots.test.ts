// What a process leaves that is killed: the folder as it is between two turns of the event loop, copied and opened.
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disk } from '../src/disk.js';
import type { StoredEntry } from '../src/index.js';

const MIB = 1024 * 1024;
const KEYS = 90;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-disk-snapshots-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const oldestIn = (path: string) => readdirSync(join(path, 'segments')).sort()[0];
const numbersOf = (seed: number) => {
  let state = seed;
  return (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
};
const entryOf = (key: number, version: number, length: number): StoredEntry => {
  const bytes = Buffer.alloc(length, `${key} `);
  bytes.writeUInt32LE(version);
  return { bytes, meta: { createdAtMs: 1, tags: [], cost: 0, compression: 'none', rawBytes: length } };
};

test.each([
  ['in the log', () => 12_000],
  ['in files and in the log', (key: number) => (key % 3 === 0 ? 20_000 : 7000)],
])(
  'values that are replaced %s are there, the earlier or the later, at every moment',
  async (_, lengthOf) => {
    const path = join(folder, 'store');
    const options = { path, maxBytes: 2 * MIB, durability: 'sync' as const, fileThresholdBytes: 15_000 };
    await using tier = disk(options);
    await tier.open();
    const [acknowledged, begun] = [new Map<number, number>(), new Map<number, number>()];
    let [version, isDone, looks] = [0, false, 0];
    const snapshot = async (): Promise<void> => {
      const copy = join(folder, `copy-${looks}`);
      try {
        cpSync(path, copy, { recursive: true });
      } catch (error) {
        // A file that another thread is removing just now: there is a next moment.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        rmSync(copy, { recursive: true });
        return;
      }
      const [least, most] = [new Map(acknowledged), new Map(begun)];
      rmSync(join(copy, 'writer.lock'), { force: true });
      const opened = disk({ ...options, path: copy });
      await opened.open();
      for (const [key, from] of least) {
        const found = Buffer.from((await opened.get(`${key}`))?.bytes ?? Buffer.alloc(4)).readUInt32LE();
        expect([key, found >= from && found <= (most.get(key) as number), found]).toEqual([key, true, found]);
      }
      expect(opened.stats()).toMatchObject({ evictions: 0, corruptions: 0 });
      await opened.close();
      rmSync(copy, { recursive: true });
      looks += 1;
    };
    const lookAgainAndAgain = async (): Promise<void> => {
      while (!isDone) {
        // Half of the times the moment at which cleaning has taken a segment away, half of the times any.
        const [oldest, isAny] = [oldestIn(path), looks % 2 === 0];
        for (
          let turns = (looks * 7) % 23;
          !isDone && (isAny ? turns >= 0 : oldestIn(path) === oldest);
          turns -= 1
        )
          await turn();
        if (version > 500) await snapshot();
      }
    };
    const looking = lookAgainAndAgain().catch((error: unknown) => {
      isDone = true;
      return { error };
    });
    // Nearly full, and at random: so some of what is replaced is in the segment that is cleaned just then.
    const upTo = numbersOf(11);
    try {
      while (!isDone && looks < 20 && version < 20_000) {
        const keys = new Set(Array.from({ length: 16 }, () => upTo(KEYS)));
        const sets = Array.from(keys, async (key) => {
          version += 1;
          const own = version;
          begun.set(key, own);
          expect(await tier.set(`${key}`, entryOf(key, own, lengthOf(key)))).toEqual({ stored: true });
          acknowledged.set(key, own);
        });
        await Promise.all(sets);
      }
    } finally {
      isDone = true;
      expect(await looking).toBeUndefined();
    }
    expect(looks).toBeGreaterThan(5);
  },
  120_000,
);
