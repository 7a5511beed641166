// Entries that say themselves what they are, so that any byte that is wrong shows.
import type { StoredEntry } from '@framerail/multilevel-cache';

/** Keys of a trial, by number. */
export const keyOf = (number: number): string => `key/${number}`;

/** Mostly some hundred bytes, now and then a file of its own. */
function lengthOf(key: number, version: number): number {
  const pick = Math.imul(key * 31 + version, 0x9e37_79b1) >>> 0;
  return pick % 16 === 0 ? 66_000 + (pick % 50_000) : 12 + (pick % 3000);
}

/** Versions that were made lately: a store is asked for the same ones again and again. */
const made = new Map<string, Buffer>();
const MOST_MADE = 2000;

/** The bytes of a version of an entry. Nobody changes them. */
function bytesOf(key: number, version: number): Buffer {
  const name = `${key} ${version}`;
  let bytes = made.get(name);
  if (bytes === undefined) {
    if (made.size >= MOST_MADE) made.clear();
    bytes = makeBytes(key, version);
    made.set(name, bytes);
  }
  return bytes;
}

function makeBytes(key: number, version: number): Buffer {
  const length = lengthOf(key, version);
  const words = new Uint32Array(Math.ceil(length / 4));
  words[0] = key;
  words[1] = version;
  let state = Math.imul(key + 1, 0x85eb_ca6b) ^ Math.imul(version + 1, 0xc2b2_ae35);
  for (let at = 2; at < words.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    words[at] = state ^ (state >>> 15);
  }
  return Buffer.from(words.buffer, 0, length);
}

/** A version of an entry. */
export function entryOf(key: number, version: number): StoredEntry {
  const bytes = bytesOf(key, version);
  const rawBytes = bytes.byteLength;
  const tags = key % 8 === 0 ? [`tag-${key % 3}`] : [];
  return { bytes, meta: { createdAtMs: version, tags, cost: key, compression: 'none', rawBytes } };
}

/** Which version of its key an entry is; `undefined` if any bit of it is wrong. */
export function versionOf(key: number, { bytes, meta }: StoredEntry): number | undefined {
  if (bytes.byteLength < 8) return undefined;
  const version = Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32LE(4);
  if (lengthOf(key, version) !== bytes.byteLength || !bytesOf(key, version).equals(bytes)) return undefined;
  return meta.createdAtMs === version && meta.cost === key ? version : undefined;
}
