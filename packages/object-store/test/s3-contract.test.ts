import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createS3Store } from '../src/s3.js';
import { objectStoreContract } from '../src/testing.js';
import { unfinishedUploads } from './s3/bench.js';
import { BUCKET, CREDENTIALS, type Gateway, startGateway } from './s3/gateway.js';

describe.runIf(requireProgram('versitygw'))('S3', () => {
  let gateway: Gateway;
  let stores = 0;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());
  afterEach(async () => expect(await unfinishedUploads(gateway)).toEqual([]));

  describe.each(['readable', 'flat'] as const)('with %s names', (names) => {
    const contract = objectStoreContract({
      createStore() {
        stores += 1;
        return createS3Store({
          bucket: BUCKET,
          prefix: `case-${stores}/`,
          endpoint: gateway.endpoint,
          credentials: CREDENTIALS,
          names,
          partBytes: 5 << 20,
        });
      },
      nestedKeys: names === 'flat',
    });
    for (const { name, run } of contract) test(name, run);
  });
});
