// A store beside a map: whatever is done to both, they hold the same.
import { join } from 'node:path';
import { listAll, type ObjectStore } from '@framerail/object-store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { openDirectoryStore } from '../src/directory.js';
import { createS3Store } from '../src/s3.js';
import { expectBytes } from './expect-bytes.js';
import { BUCKET, CREDENTIALS, type Gateway, startGateway } from './s3/gateway.js';
import { temporaryFolder } from './temporary-folder.js';

interface Version {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

const step = fc.record({
  deed: fc.constantFrom('put', 'putNew', 'putOver', 'putOverOld', 'get', 'range', 'head', 'delete', 'list'),
  key: fc.constantFrom('a', 'A', 'b/c', '\u00e9', 'e\u0301', 'x'.repeat(900)),
  bytes: fc.uint8Array({ maxLength: 40 }),
  at: fc.nat({ max: 40 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The code of what was thrown, or what came. */
async function outcome<T>(call: Promise<T>): Promise<T | string> {
  try {
    return await call;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function doBoth(
  store: ObjectStore,
  model: Map<string, Version>,
  { deed, key, bytes, at }: Step,
): Promise<void> {
  const known = model.get(key);
  if (deed.startsWith('put')) {
    const old = '"0123456789abcdef01234567"';
    const condition = {
      put: {},
      putNew: { ifNoneMatch: '*' as const },
      putOver: { ifMatch: known?.etag ?? old },
      putOverOld: { ifMatch: old },
    }[deed as 'put'];
    const holds =
      { put: true, putNew: known === undefined, putOver: known !== undefined }[deed as 'put'] ?? false;
    const result = await outcome(store.put(key, bytes, condition));
    if (!holds) expect(result).toBe('E_STORE_PRECONDITION');
    else if (typeof result === 'string') expect(result).toBe('stored');
    else model.set(key, { bytes, etag: result.etag });
  } else if (deed === 'delete') {
    await store.delete(key);
    model.delete(key);
  } else if (deed === 'list') {
    const found: Record<string, number> = {};
    for await (const blob of listAll(store, { limit: 1 + (at % 3) })) found[blob.key] = blob.size;
    expect(found).toEqual(
      Object.fromEntries([...model].map(([name, { bytes: all }]) => [name, all.byteLength])),
    );
  } else if (deed === 'head') {
    const info = await store.head(key);
    expect([info?.etag, info?.size]).toEqual([known?.etag, known?.bytes.byteLength]);
  } else {
    const range = deed === 'range' ? { offset: at, length: at } : { offset: 0 };
    const blob = await outcome(store.get(key, { range }));
    if (known === undefined) expect(blob).toBeUndefined();
    else if (range.offset > known.bytes.byteLength) expect(blob).toBe('E_STORE_RANGE');
    else if (typeof blob === 'string') expect(blob).toBe('a blob');
    else await expectBytes(blob, known.bytes.slice(range.offset, range.offset + (range.length ?? 40)));
  }
}

async function follow(create: () => Promise<ObjectStore>, steps: readonly Step[]): Promise<void> {
  await using store = await create();
  const model = new Map<string, Version>();
  for (const one of steps) await doBoth(store, model, one);
  await doBoth(store, model, { deed: 'list', key: '', bytes: new Uint8Array(), at: 0 });
}

test('a folder holds what a map does', async () => {
  const folder = temporaryFolder();
  let runs = 0;
  const create = () => openDirectoryStore({ path: join(folder, String(runs++)), durability: 'none' });
  const steps = fc.array(step, { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, (some) => follow(create, some)),
    { numRuns: 60 },
  );
});

describe.runIf(requireProgram('versitygw'))('S3', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('holds what a map does', async () => {
    let runs = 0;
    const create = async () =>
      createS3Store({
        bucket: BUCKET,
        prefix: `${runs++}/`,
        endpoint: gateway.endpoint,
        credentials: CREDENTIALS,
      });
    const steps = fc.array(step, { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, (some) => follow(create, some)),
      { numRuns: 25 },
    );
  });
});
