// Opens a store and says how long it took and how many entries it has: `opener.mjs PATH MAX_BYTES KEY`.
import { disk } from '@framerail/multilevel-cache/disk';

const [path = '', maxBytes = '', key = ''] = process.argv.slice(2);
const tier = disk({ path, maxBytes: Number(maxBytes) });
const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
await tier.open();
const openMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(startCpu);
const cpuMs = (user + system) / 1000;
const isThere = (await tier.get(key)) !== undefined;
const { entries } = tier.stats();
await tier.close();
console.log(
  JSON.stringify({ openMs, cpuMs, isThere, entries, peakBytes: process.resourceUsage().maxRSS * 1024 }),
);
