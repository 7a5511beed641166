import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import type { S3ObjectStore, S3StoreOptions } from '../../src/s3.js';
import { createS3Store } from '../../src/s3.js';
import { BUCKET, CREDENTIALS, type Gateway } from './gateway.js';
import { openUnsteadyLine, type UnsteadyLine } from './unsteady-line.js';

let stores = 0;

/** A store of its own prefix, behind an unsteady line to the server; both end with the test. */
export async function storeOnLine(
  gateway: Gateway,
  options: Partial<S3StoreOptions> = {},
): Promise<{ store: S3ObjectStore; line: UnsteadyLine }> {
  const line = await openUnsteadyLine(gateway.port);
  stores += 1;
  const store = createS3Store({
    bucket: BUCKET,
    prefix: `store-${stores}/`,
    endpoint: line.endpoint,
    credentials: CREDENTIALS,
    partBytes: 5 << 20,
    ...options,
  });
  onTestFinished(async () => {
    line.mishap = () => 'none';
    await store.close();
    await line[Symbol.asyncDispose]();
  });
  return { store, line };
}

/** Names of the objects whose parts the server keeps. */
export async function unfinishedUploads({ client }: Gateway): Promise<string[]> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  return Uploads.map(({ Key }) => Key ?? '');
}
