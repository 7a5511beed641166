import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import { demandEntry, type OpenTier, sampleEntry } from './byte-tier-samples.js';

const HOUR_MS = 3_600_000;

/** Cases of what is stored, found and deleted. */
export function storingCases(open: OpenTier): readonly ContractCase[] {
  return [
    {
      name: 'has a name and limits, and is empty at first',
      async run() {
        await using tier = await open();
        const { name, entries, bytes, maxBytes } = tier.stats();
        demand(tier.name !== '' && name === tier.name, 'a name');
        demand(maxBytes === tier.maxBytes && tier.maxEntryBytes <= maxBytes, 'limits that fit together');
        demand(entries === 0 && bytes <= maxBytes, 'to be empty at first');
        demand((await tier.get('a')) === undefined, 'nothing to be there');
        demand(!(await tier.has('a')) && !(await tier.delete('a')), 'nothing to be there');
      },
    },
    {
      name: 'gives every entry back as it was stored',
      async run() {
        await using tier = await open();
        const lengths = [0, 1, 7, 8, 100, 4096, 65_535, 65_536, 65_537, 300_000];
        const entries = lengths.map((length, seed) => sampleEntry(seed, length));
        for (const [at, entry] of entries.entries())
          demand((await tier.set(`k${at}`, entry)).stored, `${lengths[at]} bytes to be stored`);
        for (const [at, entry] of entries.entries())
          demandEntry(await tier.get(`k${at}`), entry, `an entry of ${lengths[at]} bytes`);
        demand(tier.stats().entries === entries.length, 'all to be counted');
      },
    },
    {
      name: 'has at hand the latest entry of a key, or nothing',
      async run() {
        await using tier = await open();
        if (tier.getNow === undefined) return;
        demand(tier.getNow('a') === undefined, 'nothing to be there');
        for (let round = 0; round < 30; round += 1) {
          const [earlier, latest] = [sampleEntry(round, 500), sampleEntry(round + 1, 700)];
          await tier.set('a', earlier);
          const stored = tier.getNow('a');
          if (stored !== undefined) demandEntry(stored, earlier, 'what was stored');
          const setting = tier.set('a', latest);
          const during = tier.getNow('a');
          if (during !== undefined) demandEntry(during, latest, 'not what is being replaced');
          await setting;
          demandEntry(await tier.get('a'), latest, 'the latest');
          const gone = round % 2 === 0 ? tier.delete('a') : tier.clear();
          demand(tier.getNow('a') === undefined, 'nothing of what is being deleted');
          await gone;
          demand(tier.getNow('a') === undefined, 'nothing of what was deleted');
        }
      },
    },
    {
      name: 'keeps what is known of an entry',
      async run() {
        await using tier = await open();
        const now = Date.now();
        const entry = sampleEntry(1, 50, {
          createdAtMs: now,
          expiresAtMs: now + HOUR_MS,
          staleAtMs: now + 1000,
          tags: ['', 'été', 'tag, "quoted"'],
          cost: 12.75,
          compression: 'zstd',
          rawBytes: 5_000_000_000,
        });
        await tier.set('a', entry);
        demandEntry(await tier.get('a'), entry, 'the entry');
        for await (const { key, storedBytes, meta } of tier.entries()) {
          demand(key === 'a' && storedBytes === 50, 'key and length to be listed');
          demandEntry({ bytes: entry.bytes, meta }, entry, 'the listed entry');
        }
      },
    },
    {
      name: 'keeps the latest entry of a key, in the order of the calls',
      async run() {
        await using tier = await open();
        const latest = sampleEntry(9, 70_000);
        const calls = [
          tier.set('a', sampleEntry(1)),
          tier.set('a', sampleEntry(2, 70_000)),
          tier.delete('a'),
          tier.set('a', latest),
        ];
        demandEntry(await tier.get('a'), latest, 'the latest entry');
        demand((await Promise.all(calls))[2] === true, 'the deletion to have found one');
        await tier.set('a', sampleEntry(3));
        demandEntry(await tier.get('a'), sampleEntry(3), 'a smaller one in its place');
        demand(tier.stats().entries === 1, 'a single entry');
        const deletion = tier.delete('a');
        demand((await tier.get('a')) === undefined && (await deletion), 'a deletion to be followed');
      },
    },
    {
      name: 'drops entries whose time is over',
      async run() {
        await using tier = await open();
        await tier.set('old', sampleEntry(1, 10, { expiresAtMs: Date.now() - HOUR_MS }));
        await tier.set('new', sampleEntry(2, 10, { expiresAtMs: Date.now() + HOUR_MS }));
        demand(!(await tier.has('old')) && (await tier.get('old')) === undefined, 'an old one to be gone');
        demand(!(await tier.delete('old')), 'an old one not to be found');
        demand((await tier.get('new')) !== undefined, 'a new one to be there');
      },
    },
    {
      name: 'deletes by tag',
      async run() {
        await using tier = await open();
        await tier.set('a', sampleEntry(1, 10, { tags: ['even', 'x'] }));
        await tier.set('b', sampleEntry(2, 10, { tags: ['x'] }));
        await tier.set('c', sampleEntry(3, 10));
        demand((await tier.deleteByTag('nobody')) === 0, 'nothing of a tag that nobody has');
        await tier.set('b', sampleEntry(4, 10, { tags: ['y'] }));
        demand((await tier.deleteByTag('x')) === 1, 'the one that has the tag now');
        demand(
          !(await tier.has('a')) && (await tier.has('b')) && (await tier.has('c')),
          'the others to stay',
        );
        demand((await tier.deleteByTag('x')) === 0, 'nothing to be left');
      },
    },
    {
      name: 'clears, and goes on',
      async run() {
        await using tier = await open();
        for (let i = 0; i < 20; i += 1) await tier.set(`k${i}`, sampleEntry(i, i * 5000));
        await tier.clear();
        demand(tier.stats().entries === 0 && !(await tier.has('k3')), 'to be empty');
        await tier.set('a', sampleEntry(1));
        demandEntry(await tier.get('a'), sampleEntry(1), 'a new one');
      },
    },
    {
      name: 'lists what it has',
      async run() {
        await using tier = await open();
        const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
        await Promise.all(keys.map((key, i) => tier.set(key, sampleEntry(i, i * 10))));
        await tier.delete('k7');
        const listed = new Map<string, number>();
        for await (const { key, storedBytes } of tier.entries()) listed.set(key, storedBytes);
        demand(listed.size === 49 && !listed.has('k7') && listed.get('k9') === 90, 'each to be listed once');
      },
    },
  ];
}
