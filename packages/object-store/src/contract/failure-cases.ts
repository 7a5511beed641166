import { demand, demandCode } from '@framerail/lifecycle/testing';
import type { ObjectStore } from '../store/object-store.js';
import type { BlobBody, PutOptions } from '../store/store-options.js';
import { sampleBytes } from './sample-bytes.js';
import { demandBytes, demandSame, type StoreCase } from './store-case.js';

/** Cases about puts that fail, aborts, and bad options. */
export const failureCases: readonly StoreCase[] = [
  {
    name: 'stores nothing of a body that is not what was promised',
    async run(store) {
      const bytes = Buffer.from('123456789');
      await store.put('right', bytes, { size: 9, checksum: 'cbf43926' });
      for (const options of [{ size: 8 }, { size: 10 }, { size: 0 }, { checksum: 'cbf43927' }])
        await demandUnstored(store, 'E_STORE_BODY_MISMATCH', bytes, options);
    },
  },
  {
    name: 'stores nothing of a body that fails, and tells why',
    async run(store, { largeBytes }) {
      const reason = new Error('the encoder died');
      const failing = async function* (bytes: number) {
        yield sampleBytes(bytes, 1);
        throw reason;
      };
      for (const bytes of [1, 300_000, largeBytes]) {
        const error = (await demandUnstored(store, 'E_STORE_BODY_FAILED', failing(bytes))) as Error;
        demand(error.cause === reason, 'what the body threw as the cause');
      }
      await demandUnstored(store, 'E_STORE_BODY_FAILED', [new Uint8Array(3), 'text' as never]);
    },
  },
  {
    name: 'ends the iteration of a body that it does not need to the end',
    async run(store) {
      let isEnded = false;
      const endless = async function* () {
        try {
          for (;;) yield sampleBytes(1000, 1);
        } finally {
          isEnded = true;
        }
      };
      await demandUnstored(store, 'E_STORE_BODY_MISMATCH', endless(), { size: 5000 });
      demand(isEnded, 'the iteration to be ended');
    },
  },
  {
    name: 'gives up when it is told to, and leaves nothing',
    async run(store, { largeBytes }) {
      const aborted = AbortSignal.abort(new Error('no more'));
      for (const call of [
        () => store.put('blob', sampleBytes(10, 1), { signal: aborted }),
        () => store.get('blob', { signal: aborted }),
        () => store.head('blob', { signal: aborted }),
        () => store.list({ signal: aborted }),
        () => store.delete('blob', { signal: aborted }),
      ])
        await demandCode('E_ABORTED', call);
      for (const bytes of [10, largeBytes]) {
        const stop = new AbortController();
        const stalling = async function* () {
          yield sampleBytes(bytes, 1);
          setTimeout(() => stop.abort(), 20);
          await new Promise(() => {});
        };
        await demandUnstored(store, 'E_ABORTED', stalling(), { signal: stop.signal });
      }
    },
  },
  {
    name: 'stops reading when it is told to',
    async run(store, { largeBytes }) {
      await store.put('blob', sampleBytes(largeBytes, 1));
      const stop = new AbortController();
      const blob = await store.get('blob', { signal: stop.signal });
      await demandCode('E_ABORTED', async () => {
        for await (const piece of blob ?? []) if (piece.byteLength > 0) stop.abort();
      });
      const whole = await store.get('blob');
      demandBytes((await whole?.bytes()) ?? new Uint8Array(), sampleBytes(largeBytes, 1), 'the blob');
    },
  },
  {
    name: 'does not wait for a body for ever',
    async run(store) {
      const silent = async function* (): AsyncGenerator<Uint8Array> {
        await new Promise(() => {});
      };
      await demandUnstored(store, 'E_TIMEOUT', silent(), { timeoutMs: 300 });
    },
  },
  {
    name: 'refuses options that are none',
    async run(store) {
      const puts: Record<string, unknown>[] = [
        { size: -1 },
        { size: 1.5 },
        { checksum: 'xyz' },
        { checksum: 'CBF43926' },
        { ifNoneMatch: '"etag"' },
        { ifMatch: '' },
        { ifMatch: '"a"', ifNoneMatch: '*' },
        { contentType: '' },
        { contentType: 'text/plain\r\nx-evil: 1' },
        { cacheControl: 'é' },
        { metadata: { Upper: 'x' } },
        { metadata: { 'framerail-key': 'x' } },
        { metadata: { name: 7 } },
        { metadata: { name: '\ud800' } },
        { metadata: { name: 'x'.repeat(store.limits.maxMetadataBytes) } },
        { timeoutMs: 0 },
        { signal: {} },
      ];
      for (const options of puts)
        await demandCode('E_INVALID_ARGUMENT', () => store.put('blob', new Uint8Array(1), options));
      for (const body of [undefined, null, 7, {}])
        await demandCode('E_INVALID_ARGUMENT', () => store.put('blob', body as never));
      const ranges = [{ offset: -1 }, { offset: 0.5 }, { offset: 0, length: -1 }, { last: -1 }, 7, {}];
      for (const range of ranges)
        await demandCode('E_INVALID_ARGUMENT', () => store.get('blob', { range: range as never }));
      demandSame((await store.list()).blobs, [], 'the list');
    },
  },
];

/** Demands that a put fails and changes nothing, where a blob was and where none was. */
async function demandUnstored(
  store: ObjectStore,
  code: string,
  body: BlobBody,
  options: PutOptions = {},
): Promise<unknown> {
  await store.put('before', Buffer.from('before'));
  const error = await demandCode(code, () => store.put('blob', body, options));
  demandSame(await store.head('blob'), undefined, 'what stands under the key');
  if (body instanceof Uint8Array) {
    await demandCode(code, () => store.put('before', body, options));
    const bytes = await (await store.get('before'))?.bytes();
    demandSame(Buffer.from(bytes ?? []).toString(), 'before', 'what was there before');
  }
  return error;
}
