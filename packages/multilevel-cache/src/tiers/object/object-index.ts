import type { EvictionPolicy } from '../../eviction/eviction-policy.js';
import type { EntryMeta } from '../byte-tier.js';
import type { ObjectSettings } from './object-options.js';

/** What a frame's head says of an entry. */
export interface RowHead {
  readonly key: string;
  readonly meta: EntryMeta;
  readonly valueBytes: number;
}

/** What is known of a blob. */
export interface ObjectRow {
  /** What the policy counts. */
  readonly weight: number;
  /** Its version in the store; '': not known. */
  readonly etag: string;
  /** What its head says; `undefined` until it was read. */
  head: RowHead | undefined;
}

/** Which entries there are, as far as this process knows, and which of them stay. */
export class ObjectIndex {
  readonly rows = new Map<string, ObjectRow>();
  readonly #policy: EvictionPolicy<string>;
  readonly #overheadBytes: number;

  constructor({ createPolicy, policyBytes, entryOverheadBytes }: ObjectSettings) {
    this.#policy = createPolicy({ maxBytes: policyBytes });
    this.#overheadBytes = entryOverheadBytes;
  }

  /** What the entries weigh together. */
  get bytes(): number {
    return this.#policy.bytes;
  }

  /** What a blob of so many bytes weighs. */
  weigh(blobBytes: number): number {
    return blobBytes + this.#overheadBytes;
  }

  /**
   * Takes an entry, or another version of one.
   *
   * @param evicted - gets what has to go, the entry itself among it if it isn't to be kept
   */
  set(id: string, row: ObjectRow, evicted: Map<string, ObjectRow>): void {
    this.rows.set(id, row);
    const kept = this.#policy.set(id, row.weight, row.head?.meta.cost ?? 0, (gone) =>
      this.#gone(gone, evicted),
    );
    if (kept === 0) this.#gone(id, evicted);
  }

  /** An entry was used, or asked for in vain. */
  touch(id: string): void {
    this.#policy.touch(id);
  }

  /** Takes an entry out. */
  delete(id: string): void {
    this.rows.delete(id);
    this.#policy.delete(id);
  }

  /** Takes all out. */
  clear(): void {
    this.rows.clear();
    this.#policy.clear();
  }

  #gone(id: string, evicted: Map<string, ObjectRow>): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.delete(id);
    evicted.set(id, row);
  }
}
