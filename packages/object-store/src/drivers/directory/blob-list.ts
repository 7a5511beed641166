import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidArgument, isFramerailError, throwIfAborted } from '@framerail/lifecycle';
import type { BlobSummary } from '../../store/blob.js';
import type { ListPage } from '../../store/store-options.js';
import { keyOfName, SHARDS } from './blob-names.js';
import { openBlob, type ReadLimits } from './blob-reader.js';
import { errnoOf } from './file-errors.js';

/** Files that are looked into at a time. */
const AT_ONCE = 16;
const CURSOR = /^([0-9a-f]{2})\/(.*)$/;

/** A page of the blobs of a folder, in the order of their files' names. */
export async function listBlobs(
  folder: string,
  request: { readonly prefix: string; readonly limit: number; readonly cursor: string | undefined },
  limits: ReadLimits,
): Promise<ListPage> {
  const { prefix, limit, cursor } = request;
  const [, firstShard = '', after = ''] = cursor === undefined ? [] : (CURSOR.exec(cursor) ?? []);
  if (cursor !== undefined && firstShard === '')
    throw invalidArgument('cursor', "the cursor of a page of this store's", cursor);
  const blobs: BlobSummary[] = [];
  for (const shard of SHARDS) {
    if (shard < firstShard) continue;
    throwIfAborted(limits.signal, 'Listing');
    const names = (await namesIn(join(folder, shard))).filter((name) => {
      if (shard === firstShard && name <= after) return false;
      const known = keyOfName(name);
      return known === 'unknown' || known?.key.startsWith(prefix) === true;
    });
    names.sort();
    for (let at = 0; at < names.length; ) {
      const some = names.slice(at, at + Math.min(AT_ONCE, limit - blobs.length));
      at += some.length;
      const found = await Promise.all(some.map((name) => summary(join(folder, shard, name), limits)));
      for (const blob of found) if (blob?.key.startsWith(prefix)) blobs.push(blob);
      if (blobs.length === limit) return Object.freeze({ blobs, cursor: `${shard}/${some.at(-1)}` });
    }
  }
  return Object.freeze({ blobs, cursor: undefined });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What a file says of its blob; `undefined` if it went away or is damaged. */
async function summary(path: string, limits: ReadLimits): Promise<BlobSummary | undefined> {
  try {
    await using blob = await openBlob(path, undefined, limits);
    if (blob === undefined) return undefined;
    const { key, size, etag, lastModifiedMs } = blob.record.info;
    return Object.freeze({ key, size, etag, lastModifiedMs });
  } catch (error) {
    if (isFramerailError(error, 'E_STORE_CORRUPT')) return undefined;
    throw error;
  }
}
