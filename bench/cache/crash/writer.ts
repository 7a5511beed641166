// Writes to a store until it is killed: `writer.mjs PATH MAX_BYTES DURABILITY SEED FIRST_VERSION KEYS [COUNT]`.
// Says what it is about to do and what was acknowledged, a line each: `try KEY VERSION`, `ack KEY VERSION`; version 0 is a
// deletion. Lines go to a pipe, which Node writes to at once.
import { writeSync } from 'node:fs';
import { disk } from '@framerail/multilevel-cache/disk';
import { entryOf, keyOf } from './values.ts';

const [path = '', maxBytes = '', durability = '', seed = '', firstVersion = '', keys = '', count = ''] =
  process.argv.slice(2);
const tier = disk({ path, maxBytes: Number(maxBytes), durability: durability as 'none' | 'data' | 'sync' });
await tier.open();
writeSync(1, 'open\n');

let state = Number(seed) | 1;
const upTo = (bound: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * bound);
};
let version = Number(firstVersion);
const most = count === '' ? Number.POSITIVE_INFINITY : version + Number(count);
while (version < most) {
  const calls: Promise<void>[] = [];
  const touched = new Set<number>();
  for (let left = 1 + upTo(6); left > 0; left -= 1) {
    const key = upTo(Number(keys));
    if (touched.has(key)) continue;
    touched.add(key);
    calls.push(upTo(10) === 0 ? remove(key) : store(key));
  }
  await Promise.all(calls);
}
await tier.close();

async function store(key: number): Promise<void> {
  version += 1;
  const own = version;
  writeSync(1, `try ${key} ${own}\n`);
  const { stored } = await tier.set(keyOf(key), entryOf(key, own));
  writeSync(1, `${stored ? 'ack' : 'no'} ${key} ${own}\n`);
}

async function remove(key: number): Promise<void> {
  writeSync(1, `try ${key} 0\n`);
  await tier.delete(keyOf(key));
  writeSync(1, `ack ${key} 0\n`);
}
