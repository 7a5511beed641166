/**
 * Memory that has left its pool's thread. It stays counted as lent until one of the two is called; further calls do nothing.
 * Given by `PoolLease.sendAway()`, which ends the lease here.
 */
export interface AwayBlock {
  /** The block's memory, whole. */
  readonly memory: Uint8Array;
  /** Bytes that were asked for. */
  readonly byteLength: number;
  /** Whether releases record their place. */
  readonly recordsReleases: boolean;
  /** The memory is back, maybe under another ArrayBuffer; it is lent again if it is as long as it was. */
  comeHome(memory: Uint8Array): void;
  /** It won't come back: its bytes go back to the budget, its memory is never lent again. */
  giveUp(): void;
}
