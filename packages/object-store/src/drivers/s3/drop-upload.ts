import { AbortMultipartUploadCommand, ListPartsCommand, type S3Client } from '@aws-sdk/client-s3';
import { sleep } from '@framerail/lifecycle';
import { isAbsent } from './s3-errors.js';
import { type CallLimits, send } from './s3-requests.js';

const ROUNDS = 5;
const FIRST_PAUSE_MS = 50;

/**
 * Has the server drop the parts of an upload, until none is left: one that was on its way when the request was given up may
 * arrive after the others were dropped, and would stay. Goes its own way: the call that began it may be given up already.
 */
export async function dropUpload(
  client: S3Client,
  { timeoutMs, clock }: CallLimits,
  input: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
): Promise<void> {
  const limits = { signal: undefined, timeoutMs, clock };
  for (let round = 0; round < ROUNDS; round += 1) {
    await send(client, limits, 'Dropping an upload', (one, options) =>
      one.send(new AbortMultipartUploadCommand(input), options),
    );
    await sleep(FIRST_PAUSE_MS * 2 ** round, { clock });
    try {
      await send(client, limits, 'Looking for parts', (one, options) =>
        one.send(new ListPartsCommand({ ...input, MaxParts: 1 }), options),
      );
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
  }
}
