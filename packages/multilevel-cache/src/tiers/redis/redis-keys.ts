import { hash } from 'node:crypto';
import { type EntryKey, entryKey } from '../disk/entry-key.js';

/** A key as the Redis tier uses it. */
export interface RedisKey extends EntryKey {
  /** What its entry is known by in Redis: 128 bits of a SHA-256 as text. A get compares the whole key besides. */
  readonly id: string;
}

/** Makes a key ready. */
export function redisKey(text: string): RedisKey {
  const key = entryKey(text);
  const { buffer, byteOffset, byteLength } = key.hash;
  return { ...key, id: Buffer.from(buffer, byteOffset, byteLength).toString('base64url') };
}

/** What a tag is known by in Redis. */
export const tagId = (tag: string): string => hash('sha256', Buffer.from(tag, 'utf16le'), 'hex').slice(0, 32);
