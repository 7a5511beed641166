import {
  expectInteger,
  expectLimit,
  expectObject,
  expectString,
  invalidArgument,
} from '@framerail/lifecycle';
import type { ObjectStore } from '@framerail/object-store';
import type { EvictionOptions, EvictionPolicy } from '../../eviction/eviction-policy.js';
import { wTinyLfu } from '../../eviction/w-tinylfu.js';

/** What `object` takes. */
export interface ObjectTierOptions {
  /** Where the blobs are; stays the caller's to close, after the tier. */
  readonly store: ObjectStore;
  /** The most that its blobs take together, in bytes, `entryOverheadBytes` for each included; 1 MiB or more. */
  readonly maxBytes: number;
  /** What all its keys in the store begin with; default `cache/`. Other tiers need other prefixes, none beginning with another. */
  readonly prefix?: string | undefined;
  /** Largest value that it takes, in stored bytes; default and most: what an eighth of `maxBytes` has room for. */
  readonly maxEntryBytes?: number | undefined;
  /** What the store takes for a blob besides its bytes; default 8192: what a folder's files take in blocks and names. 0 where bytes are what is paid. */
  readonly entryOverheadBytes?: number | undefined;
  /** Makes what decides which entries stay; default {@link wTinyLfu}. */
  readonly policy?: ((options: EvictionOptions<string>) => EvictionPolicy<string>) | undefined;
  /**
   * Processes that write to it at once, at most: 1 to 64; default 2. `maxBytes` holds for all of them together, which
   * takes a bit of it, up to a sixteenth, and a listing each time that one wrote its share of a sixteenth.
   */
  readonly writers?: number | undefined;
  /** Requests at once, where there are many to be made; default 16. */
  readonly concurrency?: number | undefined;
  /** Name for reports; default `object`. */
  readonly name?: string | undefined;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly nowMs?: (() => number) | undefined;
}

/** The options, checked, and what follows from them. */
export interface ObjectSettings {
  readonly store: ObjectStore;
  readonly name: string;
  readonly prefix: string;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly entryOverheadBytes: number;
  /** What it may write before it looks at what others wrote. */
  readonly unseenBytes: number;
  readonly concurrency: number;
  readonly createPolicy: (options: EvictionOptions<string>) => EvictionPolicy<string>;
  readonly nowMs: () => number;
  /** What the policy may hold. */
  readonly policyBytes: number;
  /** What an entry may weigh. */
  readonly arrivingBytes: number;
  /** What may be on its way into the store, beside what it writes over; a larger one goes alone. */
  readonly gateBytes: number;
  /** What the index may take; a larger one isn't written. */
  readonly indexBytes: number;
}

const MIN_BYTES = 2 ** 20;

/** Checks what the user gave. */
export function objectSettings(options: ObjectTierOptions): ObjectSettings {
  expectObject('options', options, 'options { store, maxBytes, … }');
  const { store, prefix = 'cache/', policy = wTinyLfu, name = 'object', nowMs = Date.now } = options;
  const { entryOverheadBytes = 8192, concurrency = 16, writers = 2 } = options;
  if (typeof store?.put !== 'function' || typeof store.list !== 'function')
    throw invalidArgument('store', 'a store of @framerail/object-store', store);
  if (typeof prefix !== 'string' || !prefix.isWellFormed() || Buffer.byteLength(prefix) > 256)
    throw invalidArgument('prefix', 'a well-formed string of at most 256 bytes', prefix);
  expectLimit('maxBytes', options.maxBytes);
  const maxBytes = expectInteger('maxBytes', options.maxBytes, { min: MIN_BYTES });
  expectInteger('entryOverheadBytes', entryOverheadBytes, { min: 0, max: 2 ** 20 });
  expectInteger('writers', writers, { min: 1, max: 64 });
  for (const [option, value] of Object.entries({ policy, nowMs }))
    if (typeof value !== 'function') throw invalidArgument(option, 'a function', value);
  const arrivingBytes = Math.floor(maxBytes / 8);
  const indexBytes = Math.floor(maxBytes / 32);
  const unseenBytes = Math.floor(maxBytes / 16 / writers);
  // The head of a frame, with its key and tags, is at most about 70 KiB in a cache.
  const headBytes = Math.min(128 * 1024, Math.floor(arrivingBytes / 4));
  const most = Math.max(
    1,
    Math.min(store.limits.maxBlobBytes, arrivingBytes) - headBytes - entryOverheadBytes,
  );
  return Object.freeze({
    store,
    name: expectString('name', name),
    prefix,
    maxBytes,
    maxEntryBytes: Math.min(most, expectInteger('maxEntryBytes', options.maxEntryBytes ?? most, { min: 1 })),
    entryOverheadBytes,
    concurrency: expectInteger('concurrency', concurrency, { min: 1, max: 256 }),
    createPolicy: policy,
    nowMs,
    unseenBytes,
    policyBytes: maxBytes - arrivingBytes - indexBytes - (writers - 1) * unseenBytes,
    arrivingBytes,
    gateBytes: Math.floor(arrivingBytes / writers),
    indexBytes,
  });
}
