import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { addToCrc32, base64OfCrc32 } from '../../checksum/crc32.js';
import { blobTooLarge } from '../../store/store-errors.js';
import type { PutOptions } from '../../store/store-options.js';
import type { BodyPart } from './body-parts.js';
import type { CheckedParts } from './checked-parts.js';
import { dropUpload } from './drop-upload.js';
import type { ObjectHeaders } from './object-headers.js';
import type { ObjectTarget } from './object-target.js';
import { send } from './s3-requests.js';

/** An upload in parts. */
export interface PartsUpload {
  readonly first: BodyPart;
  readonly rest: CheckedParts;
  readonly headers: ObjectHeaders;
  readonly put: PutOptions;
  readonly putId: string;
  readonly maxParts: number;
  readonly partBytes: number;
  /** Runs the request that makes the parts an object. */
  finish(request: () => Promise<string>): Promise<string>;
}

/**
 * Uploads parts, some at once, and makes them an object. If anything fails, the others are given up, and the server drops
 * what it has.
 *
 * @returns the object's etag
 */
export async function uploadInParts(target: ObjectTarget, upload: PartsUpload): Promise<string> {
  const { client, settings, limits, name } = target;
  const place = { Bucket: settings.bucket, Key: name };
  const create = new CreateMultipartUploadCommand({
    ...upload.headers,
    ...place,
    ChecksumAlgorithm: 'CRC32',
    ChecksumType: 'FULL_OBJECT',
  });
  const created = await send(client, limits, 'Beginning an upload', (one, options) =>
    one.send(create, options),
  );
  const parts = { ...place, UploadId: created.UploadId ?? '' };
  try {
    const done = await sendParts(target, upload, parts);
    const { size, crc } = upload.rest.sums;
    const complete = new CompleteMultipartUploadCommand({
      ...parts,
      MultipartUpload: { Parts: done },
      ChecksumCRC32: base64OfCrc32(crc),
      ChecksumType: 'FULL_OBJECT',
      MpuObjectSize: size,
      IfMatch: upload.put.ifMatch,
      IfNoneMatch: upload.put.ifNoneMatch,
    });
    return await upload.finish(async () => {
      const { ETag } = await send(client, limits, 'Ending an upload', (one, options) =>
        one.send(complete, options),
      );
      return ETag ?? '';
    });
  } catch (error) {
    // Fails when the server is gone; `dropUnfinishedUploads` is for that.
    await dropUpload(client, limits, parts).catch(() => {});
    throw error;
  }
}

async function sendParts(
  { client, settings, limits, key }: ObjectTarget,
  { first, rest, maxParts, partBytes }: PartsUpload,
  place: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
): Promise<CompletedPart[]> {
  const done: CompletedPart[] = [];
  const underWay = new Set<Promise<void>>();
  const stop = new AbortController();
  const signal = limits.signal === undefined ? stop.signal : AbortSignal.any([limits.signal, stop.signal]);

  const sendPart = async ({ bytes }: BodyPart, PartNumber: number): Promise<void> => {
    const ChecksumCRC32 = base64OfCrc32(addToCrc32(bytes, 0));
    const command = new UploadPartCommand({ ...place, PartNumber, Body: bytes, ChecksumCRC32 });
    const { ETag } = await send(client, { ...limits, signal }, 'Uploading a part', (one, options) =>
      one.send(command, options),
    );
    done[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
  };
  let number = 0;
  const begin = (part: BodyPart): void => {
    number += 1;
    if (number > maxParts)
      throw blobTooLarge(key, maxParts * partBytes, '; say its size, or raise partBytes');
    const sending = sendPart(part, number).finally(() => underWay.delete(sending));
    // Looked at when there is room for the next part, or at the end.
    sending.catch(() => {});
    underWay.add(sending);
  };
  try {
    begin(first);
    for await (const part of rest) {
      begin(part);
      if (underWay.size >= settings.parallelParts) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    return done;
  } catch (error) {
    stop.abort();
    // Fewer of them arrive after the upload was dropped.
    await Promise.allSettled(underWay);
    throw error;
  }
}
