import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import { demandEntry, type OpenTier, sampleEntry } from './byte-tier-samples.js';

/** Cases of caps and evictions. */
export function limitCases(open: OpenTier, maxBytes: number): readonly ContractCase[] {
  return [
    {
      name: 'never takes more than its cap, and gives what it still has as it was',
      async run() {
        await using tier = await open();
        for (let i = 0; i < 300; i += 1) {
          await tier.set(`k${i % 200}`, sampleEntry(i, (i * 7919) % Math.floor(maxBytes / 20)));
          demand(tier.stats().bytes <= maxBytes, `at most ${maxBytes} bytes, not ${tier.stats().bytes}`);
        }
        demand(tier.stats().entries > 0 && tier.stats().evictions > 0, 'some to stay and some to go');
        for (let i = 100; i < 300; i += 1) {
          const entry = await tier.get(`k${i % 200}`);
          if (entry !== undefined)
            demandEntry(entry, sampleEntry(i, (i * 7919) % Math.floor(maxBytes / 20)), `k${i % 200}`);
        }
      },
    },
    {
      name: 'refuses an entry that is too large, and the earlier one of its key is gone',
      async run() {
        await using tier = await open();
        await tier.set('a', sampleEntry(1));
        await tier.set('b', sampleEntry(2));
        const outcome = await tier.set('a', sampleEntry(3, tier.maxEntryBytes + 1));
        demand(!outcome.stored && outcome.reason === 'tooLarge', 'it to be refused as too large');
        demand(!(await tier.has('a')) && (await tier.has('b')), 'only the earlier one to be gone');
        demand(tier.stats().rejections === 1, 'it to be counted');
      },
    },
    {
      name: 'tells of what it lets go',
      async run() {
        await using tier = await open();
        const gone = new Set<string>();
        const off = tier.on('evicted', ({ key, entry }) => {
          gone.add(key);
          if (entry !== undefined) demandEntry(entry, sampleEntry(Number(key.slice(1)), 20_000), key);
        });
        const count = Math.ceil((maxBytes / 20_000) * 1.5);
        for (let i = 0; i < count; i += 1) await tier.set(`k${i}`, sampleEntry(i, 20_000));
        off();
        off();
        demand(gone.size > 0, 'evictions to be heard of');
        for (const key of gone) demand(!(await tier.has(key)), `${key} to be gone`);
        demand(gone.size === count - tier.stats().entries, 'each to be told of');
      },
    },
    {
      name: 'counts what is asked for',
      async run() {
        await using tier = await open();
        await tier.set('a', sampleEntry(1));
        await tier.get('a');
        await tier.get('a');
        await tier.get('b');
        const { hits, misses, sets, corruptions, errors } = tier.stats();
        demand(hits === 2 && misses === 1 && sets === 1, '2 hits, 1 miss and 1 set');
        demand(corruptions === 0 && errors === 0, 'nothing to have failed');
        demand(Object.isFrozen(tier.stats()), 'a snapshot that stays as it is');
      },
    },
  ];
}
