import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { addToCrc32, base64OfCrc32, hexOfCrc32 } from '../../checksum/crc32.js';
import type { PutResult } from '../../store/blob.js';
import { preconditionFailed } from '../../store/store-errors.js';
import type { BlobBody, PutOptions } from '../../store/store-options.js';
import { type BodyPart, bodyParts } from './body-parts.js';
import { checkedParts } from './checked-parts.js';
import { uploadInParts } from './multipart-upload.js';
import { type ObjectHeaders, PUT_ENTRY, writeHeaders } from './object-headers.js';
import type { ObjectTarget } from './object-target.js';
import { attemptsOf, isAbsent, isPreconditionFailure, s3Failure } from './s3-errors.js';
import { send } from './s3-requests.js';

/** Most parts that S3 takes. */
const MAX_PARTS = 10_000;

/** Writes an object: at once if its body fits in a part, in parts otherwise. */
export async function writeObject(target: ObjectTarget, body: BlobBody, put: PutOptions): Promise<PutResult> {
  const { settings, key, limits } = target;
  // By it a put knows its own object, when an answer was lost and the second attempt finds that the first one won.
  const putId = randomBytes(12).toString('hex');
  const hashedKey = target.isHashed ? key : undefined;
  const cacheControl = put.cacheControl ?? settings.cacheControl;
  const headers = writeHeaders({ ...put, cacheControl }, { hashedKey, putId });
  const size = put.size ?? (body instanceof Uint8Array ? body.byteLength : undefined);
  const partBytes = Math.max(settings.partBytes, Math.ceil((size ?? 0) / MAX_PARTS));
  const parts = checkedParts(bodyParts(body, partBytes, size, { key, ...limits }), key, put);
  try {
    const { value: first } = await parts.next();
    if (first === undefined) throw new Error('Expected a body to have a part');
    const etag = first.isLast
      ? await recovering(target, putId, () => putWhole(target, first, headers, put))
      : await uploadWhenFree(target, {
          first,
          rest: parts,
          headers,
          put,
          putId,
          maxParts: MAX_PARTS,
          partBytes,
        });
    const { size: bytes, crc } = parts.sums;
    return Object.freeze({ key, size: bytes, etag, checksum: hexOfCrc32(crc) });
  } catch (error) {
    throw s3Failure(`The blob could not be stored`, absentIsPrecondition(error, key, put), key);
  } finally {
    await parts.return();
  }
}

async function putWhole(
  { client, settings, limits, name }: ObjectTarget,
  { bytes }: BodyPart,
  headers: ObjectHeaders,
  { ifMatch, ifNoneMatch }: PutOptions,
): Promise<string> {
  const command = new PutObjectCommand({
    ...headers,
    Bucket: settings.bucket,
    Key: name,
    Body: bytes,
    ContentLength: bytes.byteLength,
    ChecksumCRC32: base64OfCrc32(addToCrc32(bytes, 0)),
    IfMatch: ifMatch,
    IfNoneMatch: ifNoneMatch,
  });
  const { ETag } = await send(client, limits, 'Storing', (one, options) => one.send(command, options));
  return ETag ?? '';
}

/** Looks at the condition before a long body is sent for nothing; what counts is the server's look at the end. */
async function uploadWhenFree(
  target: ObjectTarget,
  upload: Omit<Parameters<typeof uploadInParts>[1], 'finish'>,
): Promise<string> {
  const { ifMatch, ifNoneMatch } = upload.put;
  if (ifMatch !== undefined || ifNoneMatch !== undefined) {
    const there = await headOrNone(target);
    if (ifNoneMatch !== undefined && there !== undefined)
      throw preconditionFailed(target.key, 'nothing', undefined);
    if (ifMatch !== undefined && there?.ETag !== ifMatch)
      throw preconditionFailed(target.key, `the version ${ifMatch}`, undefined);
  }
  return uploadInParts(target, { ...upload, finish: (last) => recovering(target, upload.putId, last) });
}

/** Sends what may have been done by an attempt whose answer was lost, and sees whether it was. */
async function recovering(
  target: ObjectTarget,
  putId: string,
  request: () => Promise<string>,
): Promise<string> {
  try {
    return await request();
  } catch (error) {
    if (attemptsOf(error) < 2 || !(isPreconditionFailure(error) || isAbsent(error))) throw error;
    const there = await headOrNone(target);
    if (there?.Metadata?.[PUT_ENTRY] !== putId) throw error;
    return there.ETag ?? '';
  }
}

async function headOrNone({ client, settings, limits, name }: ObjectTarget) {
  try {
    const command = new HeadObjectCommand({ Bucket: settings.bucket, Key: name });
    return await send(client, limits, 'Looking', (one, options) => one.send(command, options));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function absentIsPrecondition(error: unknown, key: string, { ifMatch }: PutOptions): unknown {
  if (ifMatch === undefined || !isAbsent(error)) return error;
  return preconditionFailed(key, `the version ${ifMatch}`, 'there is none', error);
}
