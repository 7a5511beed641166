import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { inPieces, sampleBytes } from '../src/contract/sample-bytes.js';
import { createS3Store } from '../src/s3.js';
import { expectBytes } from './expect-bytes.js';
import { storeOnLine, unfinishedUploads } from './s3/bench.js';
import { BUCKET, CREDENTIALS, type Gateway, startGateway } from './s3/gateway.js';

const PART = 5 << 20;
const small = sampleBytes(1000, 1);
const large = sampleBytes(2 * PART + 1000, 2);

describe.runIf(requireProgram('versitygw'))('a server that fails', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());
  afterEach(async () => expect(await unfinishedUploads(gateway)).toEqual([]));

  test('for a moment is asked again', async () => {
    const { store, line } = await storeOnLine(gateway);
    for (const mishap of [{ status: 503 }, { status: 500 }, 'refuse', { status: 429 }] as const) {
      line.mishap = (_, count) => (count % 2 === 1 ? mishap : 'none');
      line.requests.length = 0;
      await store.put('blob', small);
      await expectBytes(await store.get('blob'), small);
      expect((await store.head('blob'))?.size).toBe(1000);
      expect((await store.list()).blobs).toHaveLength(1);
      await store.delete('blob');
      expect(line.requests).toHaveLength(10);
    }
  });

  test('all the time is unavailable', async () => {
    const { store, line } = await storeOnLine(gateway);
    for (const mishap of [{ status: 503 }, { status: 500 }, 'refuse'] as const) {
      line.mishap = () => mishap;
      for (const call of [
        () => store.put('blob', small),
        () => store.get('blob'),
        () => store.head('blob'),
        () => store.list(),
        () => store.delete('blob'),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
    }
    line.mishap = () => 'none';
    expect(await store.get('blob')).toBeUndefined();
  });

  test('to answer is given up in time, or when told to', async () => {
    const { store, line } = await storeOnLine(gateway, { timeoutMs: 200 });
    line.mishap = () => 'hang';
    for (const call of [
      (options: object) => store.put('blob', small, options),
      (options: object) => store.get('blob', options),
      (options: object) => store.head('blob', options),
      (options: object) => store.list(options),
      (options: object) => store.delete('blob', options),
    ]) {
      await expect(call({})).rejects.toMatchObject({ code: 'E_TIMEOUT' });
      const soon = AbortSignal.timeout(20);
      await expect(call({ signal: soon, timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'E_ABORTED' });
    }
  });

  test('between doing and answering is believed to have done it once', async () => {
    const { store, line } = await storeOnLine(gateway);
    line.mishap = (_, count) => (count === 1 ? 'loseAnswer' : 'none');
    const { etag } = await store.put('blob', small, { ifNoneMatch: '*' });
    expect(line.requests.map((request) => request.split(' ')[0])).toEqual(['PUT', 'PUT', 'HEAD']);
    line.requests.length = 0;
    const second = await store.put('blob', small.subarray(1), { ifMatch: etag });
    expect((await store.head('blob'))?.etag).toBe(second.etag);
    // Somebody else's blob isn't taken for its own.
    line.requests.length = 0;
    line.mishap = (_, count) => (count === 1 ? { status: 503 } : 'none');
    await expect(store.put('blob', small, { ifNoneMatch: '*' })).rejects.toMatchObject({
      code: 'E_STORE_PRECONDITION',
    });
    let completions = 0;
    line.mishap = (request) =>
      request.method === 'POST' && /uploadId/.test(request.url ?? '') && completions++ === 0
        ? 'loseAnswer'
        : 'none';
    await store.put('large', inPieces(large, 1, 1 << 20), { ifNoneMatch: '*' });
    expect(completions).toBe(2);
    await expectBytes(await store.get('large'), large);
  });

  test('in the middle of an upload leaves no parts behind', async () => {
    const { store, line } = await storeOnLine(gateway);
    for (const mishap of [{ status: 500 }, { status: 403 }, 'refuse'] as const) {
      line.mishap = ({ method, url = '' }) =>
        method === 'PUT' && /partNumber=2/.test(url) ? mishap : 'none';
      await expect(store.put('blob', inPieces(large, 1, 1 << 20))).rejects.toMatchObject({
        code: typeof mishap === 'object' && mishap.status === 403 ? 'E_STORE_DENIED' : 'E_STORE_UNAVAILABLE',
      });
      expect(await store.head('blob')).toBeUndefined();
      expect(await unfinishedUploads(gateway)).toEqual([]);
    }
    line.mishap = ({ method }) => (method === 'PUT' ? 'hang' : 'none');
    const putting = store.put('blob', large, { signal: AbortSignal.timeout(100) });
    await expect(putting).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(await unfinishedUploads(gateway)).toEqual([]);
  });

  test('to hear of the end of an upload leaves what can be dropped later', async () => {
    const { store, line } = await storeOnLine(gateway);
    const { store: neighbour } = await storeOnLine(gateway);
    line.mishap = ({ method, url = '' }) => {
      if (method === 'DELETE') return 'refuse';
      return method === 'PUT' && /partNumber=3/.test(url) ? { status: 403 } : 'none';
    };
    await expect(store.put('blob', large)).rejects.toMatchObject({ code: 'E_STORE_DENIED' });
    expect(await unfinishedUploads(gateway)).toEqual([store.nameOf('blob')]);
    line.mishap = () => 'none';
    expect(await store.dropUnfinishedUploads({ olderThanMs: 3_600_000 })).toBe(0);
    // By the server's clock, which tells whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await neighbour.dropUnfinishedUploads({ olderThanMs: 0 })).toBe(0);
    expect(await store.dropUnfinishedUploads({ olderThanMs: 0 })).toBe(1);
    await expect(store.dropUnfinishedUploads({ olderThanMs: -1 })).rejects.toMatchObject({
      code: 'E_INVALID_ARGUMENT',
    });
  });

  test('to take parts holds back the body', async () => {
    const { store, line } = await storeOnLine(gateway, { parallelParts: 2, timeoutMs: 500 });
    line.mishap = ({ method }) => (method === 'PUT' ? 'hang' : 'none');
    let given = 0;
    const body = async function* () {
      for (;;) {
        given += 1 << 20;
        yield new Uint8Array(1 << 20);
      }
    };
    await expect(store.put('blob', body())).rejects.toMatchObject({ code: 'E_TIMEOUT' });
    expect(given).toBeLessThanOrEqual(3 * PART + (1 << 20));
  });

  test('a body on its way is noticed by both sides', async () => {
    const { store, line } = await storeOnLine(gateway);
    await store.put('blob', small);
    await store.put('large', large);
    line.mishap = ({ method }) => (method === 'GET' ? { flipAnswerAt: 500 } : 'none');
    await expect((await store.get('blob'))?.bytes()).rejects.toMatchObject({ code: 'E_STORE_CORRUPT' });
    await expect((await store.get('large'))?.bytes()).rejects.toMatchObject({ code: 'E_STORE_CORRUPT' });
    line.mishap = ({ method }) => (method === 'PUT' ? { flipRequestAt: 500 } : 'none');
    for (const body of [small, large])
      await expect(store.put('blob', body)).rejects.toMatchObject({ code: /^E_STORE_(UNAVAILABLE|DENIED)$/ });
    line.mishap = () => 'none';
    await expectBytes(await store.get('blob'), small);
  });

  test('is another one, or not for us', async () => {
    const options = { bucket: BUCKET, endpoint: gateway.endpoint, credentials: CREDENTIALS };
    const calls = (store: ReturnType<typeof createS3Store>) => [
      () => store.put('blob', small),
      () => store.get('blob'),
      () => store.head('blob'),
      () => store.list(),
      () => store.delete('blob'),
    ];
    await using denied = createS3Store({
      ...options,
      credentials: { ...CREDENTIALS, secretAccessKey: 'no' },
    });
    for (const call of calls(denied)) await expect(call()).rejects.toMatchObject({ code: 'E_STORE_DENIED' });
    await using nowhere = createS3Store({ ...options, bucket: 'no-such-bucket' });
    for (const call of calls(nowhere)) await expect(call()).rejects.toMatchObject({ code: 'E_STORE_FAILED' });
    await using gone = createS3Store({ ...options, endpoint: 'http://127.0.0.1:1' });
    for (const call of calls(gone))
      await expect(call()).rejects.toMatchObject({ code: 'E_STORE_UNAVAILABLE' });
  });
});
