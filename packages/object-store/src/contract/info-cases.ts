import { demand, demandCode } from '@framerail/lifecycle/testing';
import { sampleBytes } from './sample-bytes.js';
import { demandBytes, demandSame, type StoreCase } from './store-case.js';

/** Cases about what is known of blobs, and about what a key stands for. */
export const infoCases: readonly StoreCase[] = [
  {
    name: 'has a name, and limits as data',
    async run({ name, limits }) {
      demand(typeof name === 'string' && name !== '', 'a name');
      for (const limit of ['maxKeyBytes', 'maxBlobBytes', 'maxMetadataBytes'] as const)
        demand(Number.isSafeInteger(limits[limit]) && limits[limit] >= 0, `an integer as ${limit}`);
      demand(['block', 'blob'].includes(limits.verification), 'a kind of verification');
    },
  },
  {
    name: 'knows nothing of what is not there',
    async run(store) {
      demandSame(await store.get('none'), undefined, 'what get gives');
      demandSame(await store.head('none'), undefined, 'what head gives');
      await store.delete('none');
      demandSame((await store.list()).blobs, [], 'the list');
    },
  },
  {
    name: 'keeps headers and metadata as they were given',
    async run(store) {
      const headers = {
        contentType: 'video/mp4; codecs="avc1.640028"',
        cacheControl: 'public, max-age=31536000, immutable',
        contentDisposition: 'attachment; filename="a film.mp4"',
        contentEncoding: 'zstd',
        metadata: {
          plan: 'a1b2',
          title: '  日本語 — “résumé” \n\t= ',
          'title-2': '=?UTF-8?B?w6k=?=',
          empty: '',
        },
      };
      const put = await store.put('blob', sampleBytes(1000, 1), headers);
      await using blob = await store.get('blob');
      const infos = { head: await store.head('blob'), get: blob?.info };
      for (const [what, info] of Object.entries(infos)) {
        demandSame([info?.key, info?.size, info?.etag], ['blob', 1000, put.etag], `what ${what} says`);
        for (const name of ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding'] as const)
          demandSame(info?.[name], headers[name], name);
        demandSame(
          Object.entries(info?.metadata ?? {}).sort(),
          Object.entries(headers.metadata).sort(),
          'metadata',
        );
        demand(Math.abs((info?.lastModifiedMs ?? 0) - Date.now()) < 600_000, 'a time of about now');
        if (info?.checksum !== undefined) demandSame(info.checksum, put.checksum, 'the checksum');
      }
      await store.put('blob', new Uint8Array(2));
      demandSame((await store.head('blob'))?.metadata, {}, 'metadata of the next version');
    },
  },
  {
    name: 'computes CRC-32 as zip does',
    async run(store) {
      // The check value that ISO 3309's CRC-32 is catalogued with.
      const { checksum } = await store.put('digits', Buffer.from('123456789'));
      demandSame(checksum, 'cbf43926', 'the checksum of 123456789');
    },
  },
  {
    name: 'replaces what was there, wholly, under another etag',
    async run(store) {
      const first = await store.put('blob', sampleBytes(5000, 1), { contentType: 'text/plain' });
      const second = await store.put('blob', sampleBytes(100, 2));
      demand(first.etag !== second.etag, 'another etag');
      demandSame(
        (await store.head('blob'))?.contentType === 'text/plain',
        false,
        'the old header to be there',
      );
      const bytes = await (await store.get('blob'))?.bytes();
      demandBytes(bytes ?? new Uint8Array(), sampleBytes(100, 2), 'the blob');
      await store.delete('blob');
      demandSame(await store.head('blob'), undefined, 'what head gives after the deletion');
      demandSame((await store.list()).blobs, [], 'the list after the deletion');
    },
  },
  {
    name: 'has one whole version when many are put at once',
    async run(store) {
      const versions = Array.from({ length: 8 }, (_, index) => sampleBytes(200_000 + index, index));
      const results = await Promise.all(versions.map((bytes) => store.put('blob', bytes)));
      const blob = await store.get('blob');
      const winner = results.findIndex(({ etag }) => etag === blob?.info.etag);
      demand(winner >= 0, 'the etag of one of the puts');
      demandBytes((await blob?.bytes()) ?? new Uint8Array(), versions[winner] as Uint8Array, 'the blob');
    },
  },
  {
    name: 'refuses calls once it is closed',
    async run(store) {
      await store.put('blob', new Uint8Array(3));
      await store.close();
      await store.close();
      const calls = [
        () => store.put('blob', new Uint8Array(1)),
        () => store.get('blob'),
        () => store.head('blob'),
        () => store.list(),
        () => store.delete('blob'),
      ];
      for (const call of calls) await demandCode('E_STORE_CLOSED', call);
    },
  },
];
