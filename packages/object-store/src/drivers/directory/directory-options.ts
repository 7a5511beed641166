import type { Clock } from '@framerail/lifecycle';

/**
 * What survives when the power fails. `none`: whatever the system got round to writing. `data`: no blob is half there, because its
 * bytes are on the disk before its name is, but the last ones may be missing. `sync`: all that was acknowledged.
 * A process that is killed loses nothing in any of them.
 */
export type Durability = 'none' | 'data' | 'sync';

/** Options of {@link openDirectoryStore}. */
export interface DirectoryStoreOptions {
  /** The store's folder; made if it is missing. Keep it on one file system, and leave its inside alone. */
  readonly path: string;
  /** Default `sync`. */
  readonly durability?: Durability | undefined;
  /** Milliseconds without progress after which a call gives up, 1 or more, or `Infinity`; default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds after which unfinished files whose process can't be asked (other machines) are swept at opening; default a day. */
  readonly orphanAgeMs?: number | undefined;
  /** Where timeouts get their time from; default the system's. */
  readonly clock?: Clock | undefined;
  /** Milliseconds since 1970, for `lastModifiedMs`; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}
