import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import { demandEntry, type OpenTier, sampleEntry } from './byte-tier-samples.js';

/** Keys that file systems, paths and encodings make something of. */
const KEYS: readonly string[] = [
  '',
  ' ',
  '.',
  '..',
  '/',
  '../../etc/passwd',
  'a/b',
  'a\\b',
  'con',
  'NUL.txt',
  'a\0b',
  '\0',
  'A',
  'a',
  'é',
  'e\u0301',
  '\ud800',
  '\ud801',
  '\ufffd',
  '😀',
  '__proto__',
  'x'.repeat(1024),
  'é'.repeat(3000),
];

/** Cases of strange keys, aborted calls and closed tiers. */
export function badInputCases(open: OpenTier): readonly ContractCase[] {
  return [
    {
      name: 'tells all keys apart',
      async run() {
        await using tier = await open();
        for (const [seed, key] of KEYS.entries()) {
          const { stored } = await tier.set(key, sampleEntry(seed));
          demand(stored, `${JSON.stringify(key.slice(0, 20))} to be stored`);
        }
        for (const [seed, key] of KEYS.entries())
          demandEntry(await tier.get(key), sampleEntry(seed), JSON.stringify(key.slice(0, 20)));
        const listed = new Set<string>();
        for await (const { key } of tier.entries()) listed.add(key);
        demand(listed.size === KEYS.length && KEYS.every((key) => listed.has(key)), 'all to be listed');
        for (const key of KEYS) demand(await tier.delete(key), 'each to be deleted');
        demand(tier.stats().entries === 0, 'none to be left');
      },
    },
    {
      name: 'stores a huge key, or refuses it cleanly',
      async run() {
        await using tier = await open();
        const key = 'k'.repeat(3_000_000);
        const { stored } = await tier.set(key, sampleEntry(1));
        const entry = await tier.get(key);
        demand((entry !== undefined) === stored, 'the answer to be true');
        await tier.set('a', sampleEntry(2));
        demandEntry(await tier.get('a'), sampleEntry(2), 'another entry');
      },
    },
    {
      name: 'is aborted',
      async run() {
        await using tier = await open();
        const signal = AbortSignal.abort(new Error('enough'));
        await tier.set('a', sampleEntry(1));
        await demandCode('E_ABORTED', () => tier.get('a', { signal }));
        await demandCode('E_ABORTED', () => tier.set('a', sampleEntry(2), { signal }));
        demandEntry(await tier.get('a'), sampleEntry(1), 'the entry');
        const abort = new AbortController();
        const setting = tier.set('b', sampleEntry(3, 50_000), { signal: abort.signal });
        abort.abort();
        await demandCode('E_ABORTED', () => setting);
        const entry = await tier.get('b');
        if (entry !== undefined) demandEntry(entry, sampleEntry(3, 50_000), 'what was aborted too late');
      },
    },
    {
      name: 'refuses everything once it is closed, and finishes what was begun',
      async run() {
        const tier = await open();
        const setting = tier.set('a', sampleEntry(1));
        const closing = tier.close();
        demand((await setting).stored, 'what was begun to be finished');
        await closing;
        await tier.close();
        await demandCode('E_CACHE_CLOSED', () => tier.get('a'));
        await demandCode('E_CACHE_CLOSED', () => tier.set('a', sampleEntry(1)));
        await demandCode('E_CACHE_CLOSED', () => tier.has('a'));
        await demandCode('E_CACHE_CLOSED', () => tier.delete('a'));
        await demandCode('E_CACHE_CLOSED', () => tier.deleteByTag('a'));
        await demandCode('E_CACHE_CLOSED', () => tier.clear());
        await demandCode('E_CACHE_CLOSED', () => tier.flush());
        demand(tier.stats().name === tier.name, 'figures to be had still');
      },
    },
    {
      name: 'flushes',
      async run() {
        await using tier = await open();
        const sets = Array.from({ length: 20 }, (_, i) => tier.set(`k${i}`, sampleEntry(i)));
        await tier.flush();
        demand(
          (await Promise.all(sets)).every(({ stored }) => stored),
          'all to be stored',
        );
      },
    },
  ];
}
