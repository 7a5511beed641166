import { createHash } from 'node:crypto';
import { escapeName, unescapeName } from '../../keys/escaped-name.js';

// No upper case (file systems that ignore case), nothing beyond ASCII (those that normalise), nothing that any system
// gives a meaning to. The hash in front keeps names such as `con` and names of dots alone from standing by themselves.
const SAFE = /^[a-z0-9_.-]$/;
/** With the hash and the ending still within the 255 bytes that file systems allow, or 143 of encrypting ones. */
const MAX_ESCAPED = 120;
const ENDING = '.blob';
const NAME = /^([0-9a-f]{6})-(.+)\.blob$|^([0-9a-f]{62})\.blob$/;

/** Names of the folders that blobs are spread over. */
export const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, '0'),
);

/** Where a blob lies: a folder, and the name in it. */
export interface BlobPlace {
  readonly shard: string;
  readonly name: string;
}

/** Where the blob of a key lies. Two keys never have the same place, whatever the file system makes of names. */
export function placeOf(key: string): BlobPlace {
  const hash = createHash('sha256').update(key).digest('hex');
  const escaped = escapeName(key, SAFE);
  const shard = hash.slice(0, 2);
  if (escaped.length > MAX_ESCAPED) return { shard, name: `${hash.slice(2)}${ENDING}` };
  return { shard, name: `${hash.slice(2, 8)}-${escaped}${ENDING}` };
}

/**
 * The key that a file's name tells.
 *
 * @returns the key; `unknown` if it stands in the file alone; `undefined` if this is no blob's file
 */
export function keyOfName(name: string): { readonly key: string } | 'unknown' | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  if (match[2] === undefined) return 'unknown';
  const key = unescapeName(match[2], SAFE);
  return key === undefined || placeOf(key).name !== name ? undefined : { key };
}
