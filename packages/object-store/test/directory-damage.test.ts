import { readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectStore } from '@framerail/object-store';
import { expect, test } from 'vitest';
import { randomNumbers, sampleBytes } from '../src/contract/sample-bytes.js';
import { openDirectoryStore } from '../src/directory.js';
import { temporaryFolder } from './temporary-folder.js';

/** Files of blobs, in the order of their names. */
function blobFiles(path: string): string[] {
  const names = readdirSync(join(path, 'blobs'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.blob')).map((name) => join(path, 'blobs', name));
}

async function openStore(): Promise<{ path: string; store: ObjectStore }> {
  const path = join(temporaryFolder(), 'store');
  return { path, store: await openDirectoryStore({ path, durability: 'none' }) };
}

const codeOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
    return 'none';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

/** The bytes, or the code of the error. */
const readOf = async (store: ObjectStore): Promise<unknown> => {
  try {
    return await (await store.get('blob'))?.bytes();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

test('no bit of a file can be changed without being noticed', async () => {
  const { path, store } = await openStore();
  await store.put('blob', sampleBytes(300, 1), { contentType: 'text/plain', metadata: { a: 'b' } });
  const [file = ''] = blobFiles(path);
  const right = readFileSync(file);
  for (let at = 0; at < right.byteLength; at += 1) {
    const wrong = Buffer.from(right);
    wrong[at] = (wrong[at] as number) ^ (1 << (at % 8));
    writeFileSync(file, wrong);
    expect(await readOf(store), `byte ${at}`).toBe('E_STORE_CORRUPT');
  }
  writeFileSync(file, right);
  expect(await readOf(store)).toEqual(sampleBytes(300, 1));
});

test('a file that was cut anywhere, or goes on, is noticed', async () => {
  const { path, store } = await openStore();
  await store.put('blob', sampleBytes(300, 1));
  const [file = ''] = blobFiles(path);
  const right = readFileSync(file);
  writeFileSync(file, Buffer.concat([right, Buffer.from([0])]));
  expect(await readOf(store)).toBe('E_STORE_CORRUPT');
  writeFileSync(file, Buffer.concat([right, right]));
  expect(await readOf(store)).toBe('E_STORE_CORRUPT');
  writeFileSync(file, right);
  for (let length = right.byteLength - 1; length >= 0; length -= 1) {
    truncateSync(file, length);
    expect(await readOf(store), `${length} bytes`).toBe('E_STORE_CORRUPT');
    expect(await codeOf(store.head('blob'))).toBe('E_STORE_CORRUPT');
  }
});

test('damage of a long blob is noticed before its bytes are handed out, and only there', async () => {
  const { path, store } = await openStore();
  const bytes = sampleBytes(1_500_000, 1);
  await store.put('blob', bytes);
  const [file = ''] = blobFiles(path);
  const right = readFileSync(file);
  const random = randomNumbers(3);
  for (let turn = 0; turn < 30; turn += 1) {
    const at = Math.floor(random() * bytes.byteLength);
    const wrong = Buffer.from(right);
    wrong[at] = (wrong[at] as number) ^ 0x10;
    writeFileSync(file, wrong);
    expect(await readOf(store)).toBe('E_STORE_CORRUPT');
    let handedOut = 0;
    const reading = (async () => {
      for await (const piece of (await store.get('blob')) ?? []) {
        expect(Buffer.compare(piece, bytes.subarray(handedOut, handedOut + piece.byteLength))).toBe(0);
        handedOut += piece.byteLength;
      }
    })();
    expect(await codeOf(reading)).toBe('E_STORE_CORRUPT');
    expect(handedOut).toBeLessThanOrEqual(at);
    // A part that begins a block's length behind it is whole.
    const offset = Math.min(bytes.byteLength, at + 262_144);
    const part = await (await store.get('blob', { range: { offset } }))?.bytes();
    expect(Buffer.compare(part ?? new Uint8Array(1), bytes.subarray(offset))).toBe(0);
  }
});

test("another blob's file is not taken for the key's", async () => {
  const { path, store } = await openStore();
  await store.put('blob', sampleBytes(10, 1));
  const [own = ''] = blobFiles(path);
  await store.put('other', sampleBytes(10, 2));
  const other = blobFiles(path).find((file) => file !== own) ?? '';
  renameSync(other, own);
  expect(await readOf(store)).toBe('E_STORE_CORRUPT');
});

test('what is damaged is left out of lists, replaced where nothing may be, and deleted', async () => {
  const { path, store } = await openStore();
  const { etag } = await store.put('blob', sampleBytes(10, 1));
  await store.put('other', sampleBytes(10, 2));
  const damage = () => {
    for (const file of blobFiles(path)) if (file.includes('-blob.')) truncateSync(file, 5);
  };
  damage();
  expect((await store.list()).blobs.map(({ key }) => key)).toEqual(['other']);
  expect(await codeOf(store.put('blob', sampleBytes(10, 3), { ifMatch: etag }))).toBe('E_STORE_PRECONDITION');
  await store.put('blob', sampleBytes(10, 4), { ifNoneMatch: '*' });
  expect(await readOf(store)).toEqual(sampleBytes(10, 4));
  damage();
  await store.delete('blob');
  expect(await readOf(store)).toBeUndefined();
});

test('files of others, and folders that went away, are no hindrance', async () => {
  const { path, store } = await openStore();
  await store.put('blob', sampleBytes(10, 1));
  const [file = ''] = blobFiles(path);
  for (const name of ['.DS_Store', 'abc.blob', '123456-~zz.blob', '123456-blob.blob'])
    writeFileSync(join(file, '..', name), 'not a blob');
  expect((await store.list()).blobs.map(({ key }) => key)).toEqual(['blob']);
  renameSync(join(path, 'blobs'), join(path, 'elsewhere'));
  expect(await readOf(store)).toBeUndefined();
  expect((await store.list()).blobs).toEqual([]);
  await store.put('blob', sampleBytes(10, 2));
  expect(await readOf(store)).toEqual(sampleBytes(10, 2));
});
