import { demand, demandCode } from '@framerail/lifecycle/testing';
import type { ByteRange } from '../store/blob.js';
import { inPieces, randomNumbers, sampleBytes } from './sample-bytes.js';
import { demandBytes, demandSame, type StoreCase } from './store-case.js';

/** About the sizes at which drivers do something else. */
const SIZES = [0, 1, 1000, 65_536, 262_143, 262_144, 262_145, 1_048_576, 1_300_003];

/** Cases about what comes back. */
export const readingCases: readonly StoreCase[] = [
  {
    name: 'gives back what was put, whatever its size',
    async run(store, { seed }) {
      for (const size of SIZES) {
        const bytes = sampleBytes(size, seed + size);
        const result = await store.put('blob', bytes);
        demandSame([result.key, result.size], ['blob', size], 'the result of put');
        const blob = await store.get('blob');
        demand(blob !== undefined, 'a blob under the key');
        demandSame(blob.range, { offset: 0, length: size }, 'the range of the whole');
        demandBytes(await blob.bytes(), bytes, `a blob of ${size} bytes`);
      }
    },
  },
  {
    name: 'takes bodies of every kind',
    async run(store, { seed }) {
      const bytes = sampleBytes(700_001, seed);
      const bodies = {
        'an array of pieces': [bytes.subarray(0, 10), bytes.subarray(10, 400_000), bytes.subarray(400_000)],
        'a generator that uses its memory again': inPieces(bytes, seed),
        'a stream of the web': new Blob([Buffer.from(bytes)]).stream() as AsyncIterable<Uint8Array>,
        'memory that threads share': new Uint8Array(new SharedArrayBuffer(bytes.byteLength)),
        'a part of a larger memory': Buffer.concat([bytes, bytes]).subarray(bytes.byteLength),
      };
      bodies['memory that threads share'].set(bytes);
      for (const [kind, body] of Object.entries(bodies)) {
        await store.put(kind, body);
        demandBytes((await (await store.get(kind))?.bytes()) ?? new Uint8Array(), bytes, kind);
      }
    },
  },
  {
    name: 'takes bodies of no pieces',
    async run(store) {
      for (const body of [[], [new Uint8Array()], (async function* () {})()]) {
        const { size } = await store.put('nothing', body);
        demandSame(
          [size, (await (await store.get('nothing'))?.bytes())?.byteLength],
          [0, 0],
          'bytes of nothing',
        );
      }
    },
  },
  {
    name: 'hands a blob out in pieces that belong to the caller',
    async run(store, { seed }) {
      const bytes = sampleBytes(1_500_000, seed);
      await store.put('blob', bytes);
      const pieces: Uint8Array[] = [];
      for await (const piece of (await store.get('blob')) ?? []) pieces.push(piece);
      demandBytes(Buffer.concat(pieces), bytes, 'the pieces together');
      for (const piece of pieces) piece.fill(0);
      demandBytes(
        (await (await store.get('blob'))?.bytes()) ?? new Uint8Array(),
        bytes,
        'the blob afterwards',
      );
    },
  },
  {
    name: 'reads into memory of the caller',
    async run(store, { seed }) {
      const bytes = sampleBytes(600_000, seed);
      await store.put('blob', bytes);
      const memory = new Uint8Array(new SharedArrayBuffer(700_000)).fill(0xaa);
      const whole = await store.get('blob');
      await demandCode('E_INVALID_ARGUMENT', () => whole?.readInto(new Uint8Array(599_999)));
      const written = await whole?.readInto(memory.subarray(50));
      demandSame(written, 600_000, 'bytes written');
      demandBytes(memory.subarray(50, 600_050), bytes, 'the memory');
      demand(memory[49] === 0xaa && memory[600_050] === 0xaa, 'memory around it to be left alone');
    },
  },
  {
    name: 'reads a blob once',
    async run(store) {
      await store.put('blob', sampleBytes(300_000, 1));
      const blob = await store.get('blob');
      await blob?.bytes();
      await demandCode('E_STORE_BLOB_USED', () => blob?.bytes());
      const other = await store.get('blob');
      await other?.[Symbol.asyncDispose]();
      await other?.[Symbol.asyncDispose]();
      await demandCode('E_STORE_BLOB_USED', () => other?.bytes());
      for await (const piece of (await store.get('blob')) ?? []) if (piece.byteLength > 0) break;
    },
  },
  {
    name: 'reads ranges',
    async run(store, { seed }) {
      const size = 1_100_000;
      const bytes = sampleBytes(size, seed);
      await store.put('blob', bytes);
      const random = randomNumbers(seed);
      const ranges: ByteRange[] = [
        { offset: 0 },
        { offset: 0, length: 1 },
        { offset: 262_143, length: 2 },
        { offset: 262_144, length: 262_144 },
        { offset: size - 1 },
        { offset: size - 1, length: 500 },
        { offset: size },
        { offset: 5, length: 0 },
        { last: 0 },
        { last: 10 },
        { last: size + 10 },
      ];
      for (let turn = 0; turn < 20; turn += 1)
        ranges.push({ offset: Math.floor(random() * size), length: Math.floor(random() * 600_000) });
      for (const range of ranges) {
        const offset = 'last' in range ? Math.max(0, size - range.last) : range.offset;
        const length = Math.min(('last' in range ? range.last : range.length) ?? size, size - offset);
        const blob = await store.get('blob', { range });
        const what = `the range ${JSON.stringify(range)}`;
        demandSame(blob?.range, { offset, length }, what);
        demandSame(blob?.info.size, size, `the size of the blob, of which ${what} is read,`);
        const expected = bytes.subarray(offset, offset + length);
        demandBytes((await blob?.bytes()) ?? new Uint8Array(1), expected, what);
        const pieces: Uint8Array[] = [];
        for await (const piece of (await store.get('blob', { range })) ?? []) pieces.push(piece);
        demandBytes(Buffer.concat(pieces), expected, `${what} in pieces`);
      }
      await demandCode('E_STORE_RANGE', () => store.get('blob', { range: { offset: size + 1 } }));
      demandSame(await store.get('none', { range: { offset: 3 } }), undefined, 'a range of nothing');
    },
  },
  {
    name: 'reads ranges of an empty blob',
    async run(store) {
      await store.put('empty', new Uint8Array());
      for (const range of [{ offset: 0 }, { offset: 0, length: 10 }, { last: 4 }]) {
        const blob = await store.get('empty', { range });
        demandSame((await blob?.bytes())?.byteLength, 0, 'bytes of an empty blob');
      }
    },
  },
  {
    name: 'goes on reading the version that it began with, when it is replaced or deleted',
    async run(store, { seed }) {
      const bytes = sampleBytes(400_000, seed);
      await store.put('blob', bytes);
      const first = await store.get('blob');
      const second = await store.get('blob');
      await store.put('blob', sampleBytes(400_000, seed + 1));
      demandBytes((await first?.bytes()) ?? new Uint8Array(), bytes, 'the version before the put');
      await store.delete('blob');
      demandBytes((await second?.bytes()) ?? new Uint8Array(), bytes, 'the version before the deletion');
      demandSame(await store.get('blob'), undefined, 'what was deleted');
    },
  },
  {
    name: 'streams large blobs, of known and of unknown size',
    async run(store, { largeBytes, seed }) {
      const bytes = sampleBytes(largeBytes, seed);
      const before = await store.put('large', inPieces(bytes, seed, 1 << 20));
      const after = await store.put('large', inPieces(bytes, seed + 1, 1 << 20), { size: largeBytes });
      demandSame(before.checksum, after.checksum, 'the checksum of the same bytes');
      demandSame(before.size, largeBytes, 'the size');
      const info = await store.head('large');
      demandSame(info?.size, largeBytes, 'the size later');
      demandSame(info?.etag, after.etag, 'the etag later');
      if (info?.checksum !== undefined) demandSame(info.checksum, after.checksum, 'the checksum later');
      demandBytes((await (await store.get('large'))?.bytes()) ?? new Uint8Array(), bytes, 'the blob');
      const range = { offset: largeBytes - 300_000, length: 100_000 };
      const part = await (await store.get('large', { range }))?.bytes();
      demandBytes(part ?? new Uint8Array(), bytes.subarray(range.offset, range.offset + 100_000), 'a part');
    },
  },
];
