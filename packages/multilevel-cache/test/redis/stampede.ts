// A process with many callers of one key: `stampede.mjs URL NAMESPACE CALLERS`. It says that it is ready, begins when it
// is told to, and prints how often its loader ran and which values its callers got.
import { once } from 'node:events';
import { createCache, memory, textCodec } from '../../src/index.js';
import { redis } from '../../src/redis.js';

const [url = '', namespace = '', callers] = process.argv.slice(2);
const tier = redis({ url, namespace, maxBytes: 2 ** 20 });
const cache = createCache<string, string>({
  tiers: [memory({ maxBytes: 2 ** 20 }), tier],
  codec: textCodec(),
});
await cache.open();
console.log('ready');
await once(process.stdin, 'data');
let loads = 0;
const load = async (): Promise<string> => {
  loads += 1;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return `made by ${process.pid}`;
};
const values = new Set<string>();
const call = async (index: number): Promise<void> => {
  // Some come while it is made, some when it is there.
  await new Promise((resolve) => setTimeout(resolve, index % 100));
  values.add(await cache.getOrLoad('frame', load));
};
await Promise.all(Array.from({ length: Number(callers) }, (_, index) => call(index)));
await cache.close();
console.log(JSON.stringify({ loads, values: [...values] }));
process.exit(0);
