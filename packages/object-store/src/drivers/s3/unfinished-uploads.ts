import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { dropUpload } from './drop-upload.js';
import type { ListTarget } from './object-list.js';
import { isAbsent } from './s3-errors.js';
import { send } from './s3-requests.js';

/**
 * Has the server drop the parts of uploads that were begun long ago.
 *
 * @param target - the store
 * @param begunBeforeMs - milliseconds since 1970, by the server's clock
 * @returns how many were dropped
 */
export async function dropOldUploads(
  { client, bucket, names, limits }: ListTarget,
  begunBeforeMs: number,
): Promise<number> {
  let dropped = 0;
  let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (markers !== undefined) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      Bucket: bucket,
      Prefix: names.prefix,
      ...markers,
    });
    const page = await send(client, limits, 'Listing uploads', (one, options) => one.send(command, options));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      const isOld = Initiated !== undefined && Initiated.getTime() < begunBeforeMs;
      if (!isOld || Key === undefined || UploadId === undefined || names.keyOf(Key) === undefined) continue;
      try {
        await dropUpload(client, limits, { Bucket: bucket, Key, UploadId });
        dropped += 1;
      } catch (error) {
        // It was ended meanwhile.
        if (!isAbsent(error)) throw error;
      }
    }
    markers = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }
  return dropped;
}
