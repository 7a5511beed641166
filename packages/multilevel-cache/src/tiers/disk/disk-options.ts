import {
  expectInteger,
  expectLimit,
  expectObject,
  expectOneOf,
  expectString,
  invalidArgument,
} from '@framerail/lifecycle';
import type { EvictionOptions, EvictionPolicy } from '../../eviction/eviction-policy.js';
import { wTinyLfu } from '../../eviction/w-tinylfu.js';

/**
 * What is safe when a call settles. With each of them everything that was acknowledged outlives the process, SIGKILL
 * included; they differ in what outlives a failure of power or of the system.
 *
 * - `none`: nothing for sure
 * - `data`: what was acknowledged before a `flush` or `close` that settled
 * - `sync`: everything that was acknowledged
 */
export type DiskDurability = 'none' | 'data' | 'sync';

/** What `disk` takes. */
export interface DiskTierOptions {
  /** The folder: made if it isn't there; otherwise empty, or one that was made by a disk tier. */
  readonly path: string;
  /** The most that the folder takes on the disk, in bytes, as `du` counts; 1 MiB or more. */
  readonly maxBytes: number;
  /** Default `none`. */
  readonly durability?: DiskDurability | undefined;
  /** Makes what decides which entries stay; default {@link wTinyLfu}. */
  readonly policy?: ((options: EvictionOptions<number>) => EvictionPolicy<number>) | undefined;
  /** Name for reports; default `disk`. */
  readonly name?: string | undefined;
  /** Largest value that it takes, in stored bytes; default and most: what `maxBytes` has room for. */
  readonly maxEntryBytes?: number | undefined;
  /** Values of more bytes than this get a file of their own; default and most: 64 KiB, less under a `maxBytes` below 8 MiB. */
  readonly fileThresholdBytes?: number | undefined;
  /** Files that it keeps open for reading; default 64, at least 1. A few more are open while they are read or written. */
  readonly maxOpenFiles?: number | undefined;
  /** How long a write waits for another process that writes, in milliseconds; default 10,000. */
  readonly lockTimeoutMs?: number | undefined;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly nowMs?: (() => number) | undefined;
}

/** The options, checked, and what follows from them. */
export interface DiskSettings {
  readonly path: string;
  readonly maxBytes: number;
  readonly durability: DiskDurability;
  readonly createPolicy: (options: EvictionOptions<number>) => EvictionPolicy<number>;
  readonly name: string;
  readonly maxEntryBytes: number;
  readonly fileThresholdBytes: number;
  readonly maxOpenFiles: number;
  readonly lockTimeoutMs: number;
  readonly nowMs: () => number;
  /** Length of a segment's file. */
  readonly segmentBytes: number;
  /** What all segments and files together may take. */
  readonly roomBytes: number;
  /** What the policy may hold. */
  readonly policyBytes: number;
}

const KIB = 1024;
const MIN_BYTES = 1024 * KIB;
/** The folders themselves, stamp, lock and the file that counts segments. */
const BASE_BYTES = 64 * KIB;
const MAX_SEGMENT_BYTES = 64 * 1024 * KIB;
const MAX_INLINE_BYTES = 64 * KIB;
/** What an entry's file takes at most besides its value: a block that isn't full, its name, its record. */
const FILE_OVERHEAD_BYTES = 8 * KIB;

/** Checks what the user gave. */
export function diskSettings(options: DiskTierOptions): DiskSettings {
  expectObject('options', options, 'options { path, maxBytes, … }');
  const path = expectString('path', options.path);
  if (path.includes('\0')) throw invalidArgument('path', 'a path without NUL', path);
  expectLimit('maxBytes', options.maxBytes);
  const maxBytes = expectInteger('maxBytes', options.maxBytes, { min: MIN_BYTES });
  const share = Math.floor(maxBytes / 32 / (4 * KIB)) * 4 * KIB;
  const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.max(64 * KIB, share));
  // Cleaning writes a segment's living entries anew before it takes the segment away, so one segment stays free for it.
  const roomBytes = maxBytes - BASE_BYTES - segmentBytes;
  const policyBytes = roomBytes - segmentBytes;
  const mostEntryBytes = policyBytes - FILE_OVERHEAD_BYTES - segmentBytes;
  const mostInlineBytes = Math.min(MAX_INLINE_BYTES, segmentBytes / 4);
  const {
    durability = 'none',
    policy = wTinyLfu,
    name = 'disk',
    maxEntryBytes = mostEntryBytes,
    fileThresholdBytes = mostInlineBytes,
    maxOpenFiles = 64,
    lockTimeoutMs = 10_000,
    nowMs = Date.now,
  } = options;
  for (const [option, value] of Object.entries({ policy, nowMs }))
    if (typeof value !== 'function') throw invalidArgument(option, 'a function', value);
  return Object.freeze({
    path,
    maxBytes,
    durability: expectOneOf('durability', durability, ['none', 'data', 'sync']),
    createPolicy: policy,
    name: expectString('name', name),
    maxEntryBytes: Math.min(mostEntryBytes, expectInteger('maxEntryBytes', maxEntryBytes, { min: 1 })),
    fileThresholdBytes: Math.min(
      mostInlineBytes,
      expectInteger('fileThresholdBytes', fileThresholdBytes, { min: 1 }),
    ),
    maxOpenFiles: expectInteger('maxOpenFiles', maxOpenFiles, { min: 1 }),
    lockTimeoutMs: expectInteger('lockTimeoutMs', lockTimeoutMs, { min: 0 }),
    nowMs,
    segmentBytes,
    roomBytes,
    policyBytes,
  });
}
