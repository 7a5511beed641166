// Writes blobs until it is killed: `writer.mjs FOLDER DURABILITY SEED`. Says `KEY VERSION` of each that was acknowledged.
import { randomNumbers, sampleBytes } from '../../src/contract/sample-bytes.js';
import { openDirectoryStore } from '../../src/directory.js';

const [path = '', durability, seed] = process.argv.slice(2);
const store = await openDirectoryStore({ path, durability: durability === 'sync' ? 'sync' : 'none' });
const random = randomNumbers(Number(seed));
console.log('open');
for (let version = 1; ; version += 1) {
  const key = `key ${Math.floor(random() * 5)}`;
  const bytes = sampleBytes(4 + Math.floor(random() * 400_000), version);
  new DataView(bytes.buffer).setUint32(0, version);
  await store.put(key, bytes);
  console.log(`${key} ${version}`);
}
