import type { StoredEntry, TierSetOutcome } from '../byte-tier.js';
import type { EntryKey } from './entry-key.js';

/** How an operation ends. */
export interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A set that waits for its turn. */
export interface SetOperation {
  readonly kind: 'set';
  readonly key: EntryKey;
  readonly entry: StoredEntry;
  /** Number of the value's file; 0: the value goes into the log. */
  readonly fileId: number;
  /** Length of its record. */
  readonly recordBytes: number;
  readonly settle: Settle<TierSetOutcome>;
}

/** A deletion that waits for its turn. */
export interface DeleteOperation {
  readonly kind: 'delete';
  readonly key: EntryKey;
  readonly settle: Settle<boolean>;
}

/** A deletion of all that have a tag. */
export interface DeleteTagOperation {
  readonly kind: 'deleteTag';
  readonly tag: string;
  readonly settle: Settle<number>;
}

/** A deletion of everything. */
interface ClearOperation {
  readonly kind: 'clear';
  readonly settle: Settle<void>;
}

/** Waits until everything before it is done, and on the disk if that is promised. */
interface FlushOperation {
  readonly kind: 'flush';
  readonly settle: Settle<void>;
}

/** What is done to a store in the order in which it was asked for. */
export type DiskOperation =
  | SetOperation
  | DeleteOperation
  | DeleteTagOperation
  | ClearOperation
  | FlushOperation;
