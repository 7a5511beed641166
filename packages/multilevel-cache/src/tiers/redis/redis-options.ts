import {
  expectInteger,
  expectLimit,
  expectObject,
  expectOneOf,
  expectString,
  invalidArgument,
} from '@framerail/lifecycle';
import type { IoRedisClient } from './links/io-redis-link.js';
import type { NodeRedisClient } from './links/node-redis-link.js';
import { BASE_BYTES, TOLD_BYTES } from './redis-script.js';

/**
 * What decides which entries stay. Redis itself keeps the books, for all processes together.
 *
 * - `lfu`: those that were used often, with ageing: an entry's rank is its uses, 15 at most, on top of the rank that the
 *   last one had that was let go
 * - `lru`: those that were used last
 */
export type RedisPolicy = 'lfu' | 'lru';

/** What `redis` takes. */
export interface RedisTierOptions {
  /**
   * A client of node-redis or ioredis, single or cluster, 5 or 6; connected if it isn't, and left open. Subscriptions
   * get a connection of their own, with its settings.
   */
  readonly client?: NodeRedisClient | IoRedisClient | undefined;
  /** Instead of a client: where Redis is, such as `redis://127.0.0.1:6379`. Needs the package `redis`. */
  readonly url?: string | undefined;
  /**
   * Name of this cache in Redis: 1 to 100 of `A-Z a-z 0-9 . _ : / -`. What processes share is what has the same one. All
   * keys begin with it, in braces, and so are in one slot of a cluster.
   */
  readonly namespace: string;
  /** The most that all keys of the namespace take together, in bytes, as `MEMORY USAGE` counts; 64 KiB or more. */
  readonly maxBytes: number;
  /** Largest value that it takes, in stored bytes; default and most: three quarters of `maxBytes`, 256 MiB at most. */
  readonly maxEntryBytes?: number | undefined;
  /** Default `lfu`. All processes of a namespace should say the same. */
  readonly policy?: RedisPolicy | undefined;
  /** Name for reports; default `redis`. */
  readonly name?: string | undefined;
  /** Whether it hears what other processes change, and tells of it as `invalidated`; default true. It always tells them. */
  readonly invalidation?: boolean | undefined;
  /** Whether entries that are let go travel to this process, for a tier below; up to 8 MiB a write. Default false: only their keys do. */
  readonly handsDown?: boolean | undefined;
  /** Milliseconds since 1970; default `Date.now`. Redis lets entries expire by its own clock besides. */
  readonly nowMs?: (() => number) | undefined;
}

/** The options, checked, and what follows from them. */
export interface RedisSettings {
  readonly client: NodeRedisClient | IoRedisClient | undefined;
  readonly url: string | undefined;
  readonly name: string;
  /** What all keys begin with. */
  readonly prefix: string;
  readonly maxBytes: number;
  /** What entries may take of it. */
  readonly roomBytes: number;
  /** Messages that are kept for who misses them. */
  readonly toldMessages: number;
  readonly maxEntryBytes: number;
  readonly policy: RedisPolicy;
  readonly invalidation: boolean;
  readonly handedDownBytes: number;
  readonly nowMs: () => number;
}

const NAMESPACE = /^[A-Za-z0-9._:/-]{1,100}$/;
const MIN_BYTES = 64 * 1024;
const MIB = 2 ** 20;
/** Redis takes strings of 512 MiB; a script has a few copies of what it is given. */
const MOST_ENTRY_BYTES = 256 * MIB;

/** Checks what the user gave. */
export function redisSettings(options: RedisTierOptions): RedisSettings {
  expectObject('options', options, 'options { url, namespace, maxBytes, … }');
  const { client, url, namespace, policy = 'lfu', name = 'redis', nowMs = Date.now } = options;
  const { invalidation = true, handsDown = false } = options;
  if ((client === undefined) === (url === undefined))
    throw invalidArgument('client', 'either a client or a url', client === undefined ? 'neither' : 'both');
  if (typeof namespace !== 'string' || !NAMESPACE.test(namespace))
    throw invalidArgument('namespace', '1 to 100 of A-Z a-z 0-9 . _ : / -', namespace);
  expectLimit('maxBytes', options.maxBytes);
  const maxBytes = expectInteger('maxBytes', options.maxBytes, { min: MIN_BYTES });
  const toldMessages = Math.max(1, Math.min(1000, Math.floor(maxBytes / 64 / TOLD_BYTES)));
  const mostEntryBytes = Math.min(MOST_ENTRY_BYTES, Math.floor(maxBytes * 0.75));
  const { maxEntryBytes = mostEntryBytes } = options;
  for (const [option, value] of Object.entries({ invalidation, handsDown }))
    if (typeof value !== 'boolean') throw invalidArgument(option, 'true or false', value);
  if (typeof nowMs !== 'function') throw invalidArgument('nowMs', 'a function', nowMs);
  return Object.freeze({
    client,
    url: url === undefined ? undefined : expectString('url', url),
    name: expectString('name', name),
    prefix: `{${namespace}}:`,
    maxBytes,
    roomBytes: maxBytes - BASE_BYTES - toldMessages * TOLD_BYTES,
    toldMessages,
    maxEntryBytes: Math.min(mostEntryBytes, expectInteger('maxEntryBytes', maxEntryBytes, { min: 1 })),
    policy: expectOneOf('policy', policy, ['lfu', 'lru']),
    invalidation,
    handedDownBytes: handsDown ? 8 * MIB : 0,
    nowMs,
  });
}
