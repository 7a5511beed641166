import { demand, demandCode } from '@framerail/lifecycle/testing';
import { listAll } from '../store/list-all.js';
import { sampleBytes } from './sample-bytes.js';
import { demandBytes, demandSame, type StoreCase } from './store-case.js';

/** Keys that are trouble somewhere: for file systems, URLs, XML, headers. Each two differ. */
export const TROUBLESOME_KEYS: readonly string[] = [
  'plain.txt',
  'Plain.txt',
  'PLAIN.TXT',
  'segments/0001.m4s',
  'segments//0001.m4s',
  '/segments/0002.m4s',
  'segments/0003/',
  '.',
  '..',
  'up/../../etc/passwd',
  'up/./here',
  '.hidden',
  'ends with a dot.',
  'ends with a blank ',
  ' begins with one',
  'con',
  'nul.txt',
  'C:\\film\\clip.mov',
  'a+b&c=d?e#f%20g%2Fh',
  '~tilde~7e',
  '"quoted" <xml> & \'more\'',
  'NUL\u0000inside',
  'line\nbreak\r\ttab\u0001\u007f',
  'caf\u00e9',
  'cafe\u0301',
  '\u65e5\u672c\u8a9e/\ud83c\udfac',
  '\uffff\ufeff',
  'x'.repeat(1024),
  `${'x'.repeat(1023)}y`,
  `${'deep/'.repeat(200)}end`,
  '\u00e9'.repeat(512),
];

/** Cases about keys and listings. */
export const keyCases: readonly StoreCase[] = [
  {
    name: 'keeps every key apart from every other, and lists it as it was put',
    async run(store) {
      for (const [index, key] of TROUBLESOME_KEYS.entries())
        await store.put(key, sampleBytes(100 + index, index));
      for (const [index, key] of TROUBLESOME_KEYS.entries()) {
        const blob = await store.get(key);
        demandSame(blob?.info.key, key, 'the key');
        demandBytes((await blob?.bytes()) ?? new Uint8Array(), sampleBytes(100 + index, index), key);
      }
      const listed: string[] = [];
      for await (const { key } of listAll(store, { limit: 7 })) listed.push(key);
      demandSame(listed.sort(), [...TROUBLESOME_KEYS].sort(), 'the list');
      const prefixes = [
        's',
        'segments',
        'segments/',
        'segments//',
        '/',
        '.',
        '..',
        'caf',
        'cafe',
        'x',
        'NUL\0',
        'P',
      ];
      for (const prefix of [
        ...prefixes,
        'x'.repeat(1000),
        'x'.repeat(1024),
        '\u00e9\u00e9',
        'none',
        'deep/deep',
      ]) {
        const some: string[] = [];
        for await (const { key } of listAll(store, { prefix })) some.push(key);
        const expected = TROUBLESOME_KEYS.filter((key) => key.startsWith(prefix));
        demandSame(some.sort(), expected.sort(), `the list of ${JSON.stringify(prefix.slice(0, 20))}`);
      }
      for (const key of TROUBLESOME_KEYS) await store.delete(key);
      demandSame((await store.list()).blobs, [], 'the list at the end');
    },
  },
  {
    name: 'refuses what is no key',
    async run(store) {
      const tooLong = 'k'.repeat(store.limits.maxKeyBytes + 1);
      for (const key of ['', tooLong, `half ${'\ud83c'}`, '\udfac', undefined, null, 7, {}]) {
        const bad = key as string;
        for (const call of [
          () => store.put(bad, new Uint8Array(1)),
          () => store.get(bad),
          () => store.head(bad),
          () => store.delete(bad),
        ])
          await demandCode('E_INVALID_ARGUMENT', call);
      }
    },
  },
  {
    name: 'lists in pages, each blob once',
    async run(store) {
      const keys = Array.from({ length: 23 }, (_, index) => `${index % 2 === 0 ? 'even' : 'odd'}/${index}`);
      for (const key of keys) await store.put(key, sampleBytes(key.length, 1));
      for (const limit of [1, 5, 23, 1000]) {
        const listed: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
          demand(page.blobs.length <= limit, `at most ${limit} blobs on a page`);
          for (const { key, size, etag, lastModifiedMs } of page.blobs) {
            demandSame(size, key.length, `the size of ${key}`);
            demand(etag !== '' && lastModifiedMs > 0, 'an etag and a time');
            listed.push(key);
          }
          cursor = page.cursor;
        } while (cursor !== undefined);
        demandSame(listed.sort(), [...keys].sort(), `all pages of ${limit}`);
      }
      const odd: string[] = [];
      for await (const { key } of listAll(store, { prefix: 'odd/', limit: 4 })) odd.push(key);
      demandSame(odd.sort(), keys.filter((key) => key.startsWith('odd/')).sort(), 'the odd ones');
    },
  },
  {
    name: 'goes on listing while blobs come and go',
    async run(store) {
      for (let index = 0; index < 20; index += 1) await store.put(`stays/${index}`, new Uint8Array(1));
      for (let index = 0; index < 10; index += 1) await store.put(`goes/${index}`, new Uint8Array(1));
      const listed: string[] = [];
      let cursor: string | undefined;
      for (let turn = 0; turn === 0 || cursor !== undefined; turn += 1) {
        const page = await store.list({ limit: 3, cursor });
        listed.push(...page.blobs.map(({ key }) => key));
        cursor = page.cursor;
        await store.delete(`goes/${turn}`);
        await store.put(`comes/${turn}`, new Uint8Array(1));
      }
      demandSame(new Set(listed).size, listed.length, 'how many different keys were listed');
      demandSame(
        listed.filter((key) => key.startsWith('stays/')).length,
        20,
        'how many were there all the time',
      );
    },
  },
  {
    name: 'refuses what is no page',
    async run(store) {
      const bad = [
        { limit: 0 },
        { limit: 1001 },
        { limit: 1.5 },
        { cursor: 'nonsense' },
        { prefix: 7 as never },
      ];
      for (const options of bad) await demandCode('E_INVALID_ARGUMENT', () => store.list(options));
    },
  },
];

/** The case that stores which keep blobs as files of the keys' own names can't pass. */
export const nestedKeyCase: StoreCase = {
  name: 'keeps a key beside those that go on after a slash',
  async run(store) {
    for (const key of ['a/b/c', 'a', 'a/b']) await store.put(key, Buffer.from(key));
    for (const key of ['a', 'a/b', 'a/b/c'])
      demandBytes((await (await store.get(key))?.bytes()) ?? new Uint8Array(), Buffer.from(key), key);
    await store.delete('a');
    demandSame((await store.head('a/b/c'))?.size, 5, 'the size of what is left');
  },
};
