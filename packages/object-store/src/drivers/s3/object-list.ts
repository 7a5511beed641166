import { type _Object, HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { invalidArgument } from '@framerail/lifecycle';
import type { BlobSummary } from '../../store/blob.js';
import type { ListPage } from '../../store/store-options.js';
import { keyInMetadata } from './object-headers.js';
import type { ObjectNames } from './object-names.js';
import { isAbsent } from './s3-errors.js';
import { type CallLimits, send } from './s3-requests.js';

/** Objects of hashed names that are asked for their keys at a time. */
const AT_ONCE = 8;

/** What a listing is of. */
export interface ListTarget {
  readonly client: S3Client;
  readonly bucket: string;
  readonly names: ObjectNames;
  readonly limits: CallLimits;
}

/**
 * A page of the objects of a store. First come those whose names tell their keys, then, if the prefix isn't empty, the hashed
 * ones, whose names can't begin with it.
 */
export async function listObjects(
  target: ListTarget,
  {
    prefix,
    limit,
    cursor,
  }: { readonly prefix: string; readonly limit: number; readonly cursor: string | undefined },
): Promise<ListPage> {
  const { client, bucket, names, limits } = target;
  const [, phase = 'named', after] = cursor === undefined ? [] : (/^(named|hashed):(.*)$/.exec(cursor) ?? []);
  if (cursor !== undefined && (after === undefined || (after !== '' && !after.startsWith(names.prefix))))
    throw invalidArgument('cursor', "the cursor of a page of this store's", cursor);
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: phase === 'hashed' ? names.hashedPrefix : names.prefixOf(prefix),
    MaxKeys: limit,
    StartAfter: after === '' ? undefined : after,
    // Objects of others may have names that XML can't hold.
    EncodingType: 'url',
  });
  const page = await send(client, limits, 'Listing', (one, options) => one.send(command, options));
  const decode = (name: string): string =>
    page.EncodingType === 'url' ? decodeURIComponent(name.replaceAll('+', ' ')) : name;
  const objects = (page.Contents ?? []).map((object) => ({ ...object, Key: decode(object.Key ?? '') }));
  const found: (BlobSummary | undefined)[] = [];
  for (let at = 0; at < objects.length; at += AT_ONCE)
    found.push(
      ...(await Promise.all(objects.slice(at, at + AT_ONCE).map((object) => summary(target, object)))),
    );
  const blobs = found.filter((blob) => blob?.key.startsWith(prefix)) as BlobSummary[];
  const last = objects.at(-1)?.Key;
  if (page.IsTruncated && last !== undefined) return Object.freeze({ blobs, cursor: `${phase}:${last}` });
  return Object.freeze({ blobs, cursor: phase === 'named' && prefix !== '' ? 'hashed:' : undefined });
}

async function summary(
  { client, bucket, names, limits }: ListTarget,
  object: _Object & { readonly Key: string },
): Promise<BlobSummary | undefined> {
  const known = names.keyOf(object.Key);
  if (known === undefined) return undefined;
  let key = known === 'hashed' ? undefined : known.key;
  if (key === undefined) {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: object.Key });
    const output = await send(client, limits, 'Listing', (one, options) => one.send(command, options)).catch(
      (error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      },
    );
    key = output && keyInMetadata(output);
    if (key === undefined || names.nameOf(key) !== object.Key) return undefined;
  }
  return Object.freeze({
    key,
    size: object.Size ?? 0,
    etag: object.ETag ?? '',
    lastModifiedMs: object.LastModified?.getTime() ?? 0,
  });
}
