import { PutObjectCommand } from '@aws-sdk/client-s3';
import { listAll } from '@framerail/object-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { sampleBytes } from '../src/contract/sample-bytes.js';
import { createS3Store } from '../src/s3.js';
import { expectBytes } from './expect-bytes.js';
import { storeOnLine } from './s3/bench.js';
import { BUCKET, CREDENTIALS, type Gateway, startGateway } from './s3/gateway.js';

const bytes = sampleBytes(5000, 1);

describe.runIf(requireProgram('versitygw'))('delivery', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('by signed URLs needs no credentials, and says what was put', async () => {
    const { store } = await storeOnLine(gateway, { cacheControl: 'public, max-age=60' });
    await store.put('a film/1.mp4', bytes, { contentType: 'video/mp4' });
    const plain = await fetch(await store.signedUrl('a film/1.mp4'));
    expect(plain.status).toBe(200);
    expect(plain.headers.get('content-type')).toBe('video/mp4');
    expect(plain.headers.get('cache-control')).toBe('public, max-age=60');
    expect(Buffer.compare(Buffer.from(await plain.arrayBuffer()), bytes)).toBe(0);
    const contentDisposition = 'attachment; filename="film.mp4"';
    const saved = await fetch(
      await store.signedUrl('a film/1.mp4', { contentDisposition, contentType: 'application/octet-stream' }),
      { headers: { range: 'bytes=10-19' } },
    );
    expect(saved.status).toBe(206);
    expect(saved.headers.get('content-disposition')).toBe(contentDisposition);
    expect(saved.headers.get('content-type')).toBe('application/octet-stream');

    await store.put('quick', bytes, { cacheControl: 'no-store' });
    expect((await store.head('quick'))?.cacheControl).toBe('no-store');
    const url = new URL(await store.signedUrl('quick'));
    expect((await fetch(`${url.origin}${url.pathname}`)).status).toBe(403);
    url.searchParams.set('X-Amz-Expires', '9000');
    expect((await fetch(url)).status).toBe(403);
  });

  test('by signed URLs takes blobs too, of the type that was named alone', async () => {
    const { store } = await storeOnLine(gateway);
    const url = await store.signedUrl('upload', {
      method: 'put',
      contentType: 'video/mp4',
      expiresInMs: 60_000,
    });
    const put = (type: string) =>
      fetch(url, { method: 'PUT', body: Buffer.from(bytes), headers: { 'content-type': type } });
    expect((await put('text/html')).status).toBe(403);
    expect(await store.head('upload')).toBeUndefined();
    expect((await put('video/mp4')).status).toBe(200);
    await expectBytes(await store.get('upload'), bytes);
    expect((await store.head('upload'))?.contentType).toBe('video/mp4');
    for (const options of [
      { method: 'delete' },
      { expiresInMs: 999 },
      { expiresInMs: 8 * 86_400_000 },
    ] as never[])
      await expect(store.signedUrl('upload', options)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
  });

  test('by a CDN has its URLs', async () => {
    const { store } = await storeOnLine(gateway, {
      prefix: 'films/',
      publicBaseUrl: 'https://cdn.example/v/',
    });
    expect(store.publicUrl('1/segment 1.m4s')).toBe('https://cdn.example/v/films/1/segment~201.m4s');
    expect(store.nameOf('1/segment 1.m4s')).toBe('films/1/segment~201.m4s');
    const { store: without } = await storeOnLine(gateway);
    expect(() => without.publicUrl('a')).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
  });

  test('objects of others are no blobs of the store', async () => {
    const { store } = await storeOnLine(gateway, { prefix: 'mixed/' });
    await store.put('own', bytes);
    for (const Key of ['caf\u00e9 +&.txt', '~zz', 'Sub/~7e', '~~/other', `~~/${'a'.repeat(64)}`, 'ours/b c'])
      await gateway.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `mixed/${Key}`, Body: 'x' }));
    await gateway.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'mixed/plain', Body: 'x' }));
    const keys: string[] = [];
    for await (const { key } of listAll(store, { limit: 2 })) keys.push(key);
    // One whose name could be a key is one: it can be read, and nothing tells that its bytes are others.
    expect(keys.sort()).toEqual(['Sub/~', 'own', 'plain']);
    const plain = await store.get('plain');
    expect(plain?.info.metadata).toEqual({});
    await expectBytes(plain, Buffer.from('x'));
  });

  test('a client of the caller is used, and left alone', async () => {
    const store = createS3Store({ bucket: BUCKET, client: gateway.client, prefix: 'mine/' });
    await store.put('blob', bytes);
    await expectBytes(await store.get('blob'), bytes);
    await store.close();
    const again = createS3Store({ bucket: BUCKET, client: gateway.client, prefix: 'mine/' });
    await expectBytes(await again.get('blob'), bytes);
  });

  test('keys that a server of files can not hold beside each other', async () => {
    const { store } = await storeOnLine(gateway);
    await store.put('a', bytes);
    await expect(store.put('a/b', bytes)).rejects.toMatchObject({ code: 'E_STORE_KEY_CONFLICT' });
    await store.put('c/d', bytes);
    await expect(store.put('c', bytes)).rejects.toMatchObject({ code: 'E_STORE_KEY_CONFLICT' });
    expect(await store.get('a/b')).toBeUndefined();
    expect(await store.head('c')).toBeUndefined();
  });

  test('metadata that does not fit beside a long key', async () => {
    const { store } = await storeOnLine(gateway);
    const metadata = { note: '\u00e9'.repeat(500) };
    await store.put('short', bytes, { metadata });
    expect((await store.head('short'))?.metadata).toEqual(metadata);
    await expect(store.put('x'.repeat(1024), bytes, { metadata })).rejects.toMatchObject({
      code: 'E_INVALID_ARGUMENT',
    });
  });
});

test('options that are none', () => {
  const good = { bucket: BUCKET, endpoint: 'http://127.0.0.1:1', credentials: CREDENTIALS };
  const bad: object[] = [
    { bucket: '' },
    { prefix: 'no-slash' },
    { prefix: '/rooted/' },
    { prefix: 'a/../b/' },
    { prefix: 'a b/' },
    { names: 'hashed' },
    { partBytes: 1000 },
    { parallelParts: 0 },
    { maxAttempts: 0 },
    { timeoutMs: -1 },
    { endpoint: 'ftp://x' },
    { publicBaseUrl: 'cdn.example' },
    { cacheControl: '\n' },
  ];
  for (const options of bad)
    expect(() => createS3Store({ ...good, ...options })).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
  expect(() => createS3Store(undefined as never)).toThrow(
    expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
  );
});
