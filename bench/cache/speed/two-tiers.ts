// getOrLoad over two tiers: a value that memory has, one that only the second tier has, and one that has to be loaded.
import { join } from 'node:path';
import { createCache, jsonCodec, memory } from '@framerail/multilevel-cache';
import { disk } from '@framerail/multilevel-cache/disk';
import { BentoCache, bentostore } from 'bentocache';
import { fileDriver } from 'bentocache/drivers/file';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Cacheable, createKeyv, Keyv } from 'cacheable';
import type { BenchContext, BenchOutcome } from '../../contract.ts';
import { alternate } from '../../measure.ts';
import { atLeast, perCall } from './against.ts';
import { keysOf, requestsOf } from './requests.ts';

/** What is asked of ours over each of the others. */
const LIMIT = 5;
const ENTRIES = 2000;
/** Entries that memory has room for. */
const IN_MEMORY = 1000;

interface Clip {
  readonly frame: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
}

const OBJECTS = 'bentocache, not serialized';

/** One of the contenders: answers with the value of a key, and loads what it doesn't have. */
type GetOrLoad = (key: string, load: () => Promise<Clip>) => Promise<Clip>;

/** Values are objects, handed out as they are by each memory and written as JSON below it. */
export async function measureTwoTiers(
  { log, rounds, seed, quick }: BenchContext,
  folder: string,
): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  await using contenders = openContenders(folder);
  const keys = keysOf(ENTRIES);
  const [hot, calls] = [keys.slice(-IN_MEMORY / 4), quick ? 500 : 50_000];
  for (const getOrLoad of Object.values(contenders.byName))
    for (const key of keys) await getOrLoad(key, async () => clipOf(key));

  const measure = async (
    id: string,
    requests: readonly string[],
    [peers, claimed]: readonly [readonly string[], readonly string[]],
  ): Promise<void> => {
    const runs = Object.entries(contenders.byName)
      .filter(([name]) => name === 'framerail' || peers.includes(name))
      .map(([name, getOrLoad]) => [name, () => ask(getOrLoad, requests)] as const);
    const timings = await alternate(Object.fromEntries(runs), { rounds, warmup: 1 });
    outcome.results.push(perCall(`two-tiers/${id}`, timings, 'framerail', requests.length));
    for (const peer of claimed)
      outcome.claims.push(atLeast(`two-tiers/${id}`, timings, ['framerail', peer], LIMIT));
  };
  const everybody = ['bentocache', OBJECTS, 'cacheable'];
  await measure('in-memory', requestsOf(hot, calls, 'zipf', seed), [everybody, everybody]);
  // Both read files there. Cacheable's second level is a Map in the same memory, against which no disk can be claimed to be quick.
  const files = [['bentocache', 'cacheable'], ['bentocache']] as const;
  // Half of all keys fit into memory, those that are asked for most.
  await measure('mixed', requestsOf(keys, calls / 5, 'zipf', seed), files);
  // Round and round through more than memory holds.
  await measure('below-memory', quick ? keys.slice(0, 100) : keys, files);
  let round = 0;
  const fresh = Object.entries(contenders.byName).map(([name, getOrLoad]) => {
    const run = async (): Promise<void> => {
      round += 1;
      await ask(
        getOrLoad,
        keysOf(quick ? 50 : 500).map((key) => `${key}, ${name} ${round}`),
      );
    };
    return [name, run] as const;
  });
  const timings = await alternate(Object.fromEntries(fresh), { rounds, warmup: 1 });
  outcome.results.push(perCall('two-tiers/loaded', timings, 'framerail', quick ? 50 : 500));
  log('two tiers: done');
  return outcome;
}

function openContenders(folder: string): { readonly byName: Record<string, GetOrLoad> } & AsyncDisposable {
  const ours = createCache<string, Clip>({
    tiers: [
      memory({ maxBytes: 2 ** 30, maxEntries: IN_MEMORY }),
      disk({ path: join(folder, 'framerail'), maxBytes: 2 ** 28 }),
    ],
    codec: jsonCodec<Clip>(),
  });
  const bento = openBento(join(folder, 'bentocache'), true);
  const bentoObjects = openBento(join(folder, 'bentocache-objects'), false);
  // It has no second level on disk of its own; a Map of serialised values is the quickest that there can be.
  const cacheable = new Cacheable({
    primary: createKeyv({ lruSize: IN_MEMORY, checkInterval: 0 }),
    secondary: new Keyv(),
  });
  return {
    byName: {
      framerail: (key, load) => ours.getOrLoad(key, load),
      bentocache: (key, load) => bento.getOrSet({ key, factory: load, ttl: '1h' }),
      [OBJECTS]: (key, load) => bentoObjects.getOrSet({ key, factory: load, ttl: '1h' }),
      cacheable: async (key, load) => (await cacheable.getOrSet(key, load, { ttl: '1h' })) as Clip,
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([
        ours.close(),
        bento.disconnectAll(),
        bentoObjects.disconnectAll(),
        cacheable.disconnect(),
      ]);
    },
  };
}

/**
 * With values in memory as JSON, its default, or as they are. The latter fails in 1.6.1 once it reads a value from its
 * second level, so it has room for all in its memory and takes part where that is asked.
 */
function openBento(directory: string, serialize: boolean) {
  return new BentoCache({
    default: 'both',
    stores: {
      both: bentostore()
        .useL1Layer(memoryDriver({ maxItems: serialize ? IN_MEMORY : 1e6, serialize }))
        .useL2Layer(fileDriver({ directory, pruneInterval: false })),
    },
  });
}

async function ask(getOrLoad: GetOrLoad, requests: readonly string[]): Promise<void> {
  for (const key of requests) {
    const clip = await getOrLoad(key, async () => clipOf(key));
    if (clip.name !== key) throw new Error(`Expected the value of ${key} but received that of ${clip.name}`);
  }
}

function clipOf(key: string): Clip {
  return { frame: key.length, width: 3840, height: 2160, name: key };
}
