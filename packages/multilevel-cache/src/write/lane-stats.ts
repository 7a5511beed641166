import type { HistogramSnapshot } from '@framerail/lifecycle';
import type { BreakerState } from '../breaker/circuit-breaker.js';
import type { PackerStats } from '../compression/packer.js';
import type { TierStats } from '../tiers/byte-tier.js';

/** A tier of bytes as the cache sees it. Counts are since the cache was made. */
export interface LaneStats {
  /** `bytes`, for a tier that keeps bytes. */
  readonly kind: 'bytes';
  /** The tier's name. */
  readonly name: string;
  /** Gets that gave an entry. */
  readonly hits: number;
  /** Gets that gave none, for whatever reason. */
  readonly misses: number;
  /** Bytes that were read, packed as they are. */
  readonly bytesRead: number;
  /** Bytes that were written, packed as they are. */
  readonly bytesWritten: number;
  /** Entries that were written. */
  readonly writes: number;
  /** Writes and deletions that didn't reach the tier. */
  readonly lostWrites: number;
  /** Calls that failed or took longer than `timeoutMs`. */
  readonly failures: number;
  /** Gets that weren't tried, since the tier was taken out or not to be trusted. */
  readonly skipped: number;
  /** Entries that couldn't be unpacked or decoded, and were dropped. */
  readonly corruptions: number;
  /** Whether the tier is in use. */
  readonly breaker: BreakerState;
  /** Writes that wait or are under way. */
  readonly pendingWrites: number;
  /** Their bytes. */
  readonly pendingBytes: number;
  /** Microseconds of gets that gave an entry. */
  readonly hitUs: HistogramSnapshot;
  /** Microseconds of gets that gave none. */
  readonly missUs: HistogramSnapshot;
  /** Microseconds of writes. */
  readonly writeUs: HistogramSnapshot;
  /** What compression did; `undefined` without. */
  readonly compression: PackerStats | undefined;
  /** The tier's own figures. */
  readonly tier: TierStats;
}
