/** A tier that doesn't have an entry that it was given. */
export interface TierRefusal {
  /** The tier's name. */
  readonly tier: string;
  /**
   * `tooLarge` for the tier; `rejected` by its policy or for want of room; `failed`; `out`: the tier is taken out;
   * `superseded`: the key was written again before it was its turn; `deleted`, `absent`: its time was over, or its tag
   * deleted, by then.
   */
  readonly reason: 'tooLarge' | 'rejected' | 'failed' | 'out' | 'superseded' | 'deleted' | 'absent';
}

/** Where an entry is now. An earlier one of its key is gone from every tier. */
export interface SetOutcome {
  /** Names of the tiers that have it, or will have it where `write` is `back`. Empty: nothing keeps it. */
  readonly stored: readonly string[];
  /** Tiers that should have it and don't. */
  readonly refused: readonly TierRefusal[];
}
