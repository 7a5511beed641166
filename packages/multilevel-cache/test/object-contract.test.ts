import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '@framerail/object-store';
import { openDirectoryStore } from '@framerail/object-store/directory';
import { createS3Store } from '@framerail/object-store/s3';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { BUCKET, CREDENTIALS, type S3Gateway, startS3Gateway } from '../../../scripts/testing/s3-gateway.js';
import { object } from '../src/object.js';
import { byteTierContract } from '../src/testing.js';

describe('in a folder', () => {
  let folder: string;
  let store: ObjectStore;
  let count = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'framerail-object-tier-'));
    store = await openDirectoryStore({ path: folder, durability: 'none' });
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const cases = byteTierContract({
    createTier({ maxBytes, nowMs }) {
      count += 1;
      return object({ store, prefix: `${count}/`, maxBytes, nowMs });
    },
  });
  for (const { name, run } of cases) test(name, run);
});

describe.runIf(requireProgram('versitygw'))('in S3', () => {
  let gateway: S3Gateway;
  let store: ObjectStore;
  let count = 0;
  beforeAll(async () => {
    gateway = await startS3Gateway();
    store = createS3Store({ bucket: BUCKET, endpoint: gateway.endpoint, credentials: CREDENTIALS });
  });
  afterAll(async () => {
    await store?.close();
    await gateway?.[Symbol.asyncDispose]();
  });
  const cases = byteTierContract({
    createTier({ maxBytes, nowMs }) {
      count += 1;
      return object({ store, prefix: `${count}/`, maxBytes, nowMs });
    },
  });
  for (const { name, run } of cases) test(name, run);
});
