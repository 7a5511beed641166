import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { inPieces, sampleBytes } from '../src/contract/sample-bytes.js';
import { createS3Store } from '../src/s3.js';
import { expectBytes } from './expect-bytes.js';
import { storeOnLine } from './s3/bench.js';
import { BUCKET, CREDENTIALS, type Gateway, startGateway } from './s3/gateway.js';

const MIB = 1 << 20;
const bytes = sampleBytes(6 * MIB + 5, 1);

describe.runIf(requireProgram('versitygw'))('a connection that is cut', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('is taken up again where it broke', async () => {
    const { store, line } = await storeOnLine(gateway);
    await store.put('blob', inPieces(bytes, 1));
    line.mishap = () => ({ cutAfter: MIB });
    line.requests.length = 0;
    await expectBytes(await store.get('blob'), bytes);
    expect(line.requests.length).toBeGreaterThan(5);
    const range = { offset: 1000, length: 3 * MIB };
    await expectBytes(await store.get('blob', { range }), bytes.subarray(1000, 1000 + 3 * MIB));
  });

  test('of a client that verifies by itself is taken up again too', async () => {
    const { store: putting, line } = await storeOnLine(gateway);
    await putting.put('blob', inPieces(bytes, 1));
    const client = new S3Client({
      endpoint: line.endpoint,
      region: 'us-east-1',
      credentials: CREDENTIALS,
      forcePathStyle: true,
    });
    onTestFinished(() => client.destroy());
    const prefix = putting.nameOf('blob').replace(/blob$/, '');
    const store = createS3Store({ bucket: BUCKET, prefix, client });
    line.mishap = () => ({ cutAfter: MIB });
    await expectBytes(await store.get('blob'), bytes);
    // Cut before anybody reads.
    line.mishap = (_, count) => (count === 1 ? { cutAfter: 1000 } : 'none');
    line.requests.length = 0;
    const blob = await store.get('blob');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expectBytes(blob, bytes);
    line.mishap = () => ({ flipAnswerAt: 5_000_000 });
    await expect((await store.get('blob'))?.bytes()).rejects.toMatchObject({ code: 'E_STORE_CORRUPT' });
  });

  test('again and again without a byte is given up', async () => {
    const { store, line } = await storeOnLine(gateway);
    await store.put('blob', bytes);
    line.requests.length = 0;
    line.mishap = (_, count) => (count === 1 ? { cutAfter: MIB } : 'refuse');
    await expect((await store.get('blob'))?.bytes()).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
  });

  test('in the middle of a blob that was replaced meanwhile does not mix the two', async () => {
    const { store, line } = await storeOnLine(gateway);
    await store.put('blob', bytes);
    for (const change of [
      () => store.put('blob', sampleBytes(bytes.byteLength, 2)),
      () => store.delete('blob'),
    ]) {
      await store.put('blob', bytes);
      line.requests.length = 0;
      line.mishap = ({ method }) => (method === 'GET' ? { cutAfter: MIB } : 'none');
      const blob = await store.get('blob');
      await change();
      await expect(blob?.bytes()).rejects.toMatchObject({ code: 'E_STORE_PRECONDITION' });
    }
  });

  test('of a server that knows no conditions and no ranges does not mix blobs', async () => {
    const { store, line } = await storeOnLine(gateway);
    const { etag } = await store.put('blob', bytes);
    const other = sampleBytes(bytes.byteLength, 2);
    const whole = { code: 200, headers: { etag }, body: other };
    line.mishap = () => whole;
    const range = { offset: 10, length: 20 };
    await expect(store.get('blob', { range })).rejects.toMatchObject({ code: 'E_STORE_FAILED' });
    await expect(store.get('blob', { ifMatch: '"another"' })).rejects.toMatchObject({
      code: 'E_STORE_PRECONDITION',
    });
    const rests = {
      E_STORE_FAILED: whole,
      E_STORE_PRECONDITION: {
        code: 206,
        headers: {
          etag: '"another"',
          'content-range': `bytes ${MIB}-${bytes.byteLength - 1}/${bytes.byteLength}`,
        },
        body: other.subarray(MIB),
      },
    };
    for (const [code, rest] of Object.entries(rests)) {
      line.requests.length = 0;
      line.mishap = (_, count) => (count === 1 ? { cutAfter: MIB } : rest);
      await expect((await store.get('blob'))?.bytes()).rejects.toMatchObject({ code });
    }
  });

  test('and a signal that is aborted meanwhile end the reading', async () => {
    const { store, line } = await storeOnLine(gateway, { maxAttempts: 10 });
    await store.put('blob', bytes);
    line.requests.length = 0;
    const stop = new AbortController();
    line.mishap = (_, count) => {
      if (count > 1) stop.abort();
      return count > 1 ? 'hang' : { cutAfter: MIB };
    };
    await expect((await store.get('blob', { signal: stop.signal }))?.bytes()).rejects.toMatchObject({
      code: 'E_ABORTED',
    });
  });

  test('by a server that starts again is no end', async () => {
    const { store, line } = await storeOnLine(gateway, { maxAttempts: 10 });
    // More than what is on its way already.
    const bytes = sampleBytes(40 * MIB, 1);
    await store.put('blob', inPieces(bytes, 1), { metadata: { take: '7' } });
    const blob = await store.get('blob');
    const reading = blob?.[Symbol.asyncIterator]();
    const pieces = [(await reading?.next())?.value as Uint8Array];
    await gateway.kill();
    const putting = store.put('other', bytes);
    await gateway.start();
    await putting;
    line.requests.length = 0;
    for (let next = await reading?.next(); next?.done === false; next = await reading?.next())
      pieces.push(next.value);
    expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
    expect(line.requests).toEqual([expect.stringMatching(/^GET .* bytes=\d+-/)]);
    expect((await store.head('blob'))?.metadata).toEqual({ take: '7' });
  });

  test('by a server that is gone is an error, until it is back', async () => {
    const { store } = await storeOnLine(gateway, { maxAttempts: 2 });
    await store.put('blob', bytes);
    await gateway.kill();
    await expect(store.put('blob', bytes)).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
    await expect(store.get('blob')).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
    await gateway.start();
    await expectBytes(await store.get('blob'), bytes);
  });
});
