import { statSync } from 'node:fs';
import type { DiskState } from './disk-state.js';
import type { SegmentLog } from './segment-log.js';
import type { StoreFolder } from './store-folder.js';

/** Learns what other processes wrote: reads what their log got since. */
export class LogFollower {
  readonly #folder: StoreFolder;
  readonly #log: SegmentLog;
  readonly #state: DiskState;
  #turns = -1;
  #following: Promise<void> = Promise.resolve();

  constructor(folder: StoreFolder, log: SegmentLog, state: DiskState) {
    this.#folder = folder;
    this.#log = log;
    this.#state = state;
  }

  /** Whether another process wrote since. Not to be asked while this one has the lock: then nobody else does. */
  get hasNews(): boolean {
    return this.#turnsNow() !== this.#turns || this.#hasGrown();
  }

  /** Reads what is new. One call at a time does. */
  follow(): Promise<void> {
    const next = this.#following.catch(() => {}).then(() => this.#follow());
    this.#following = next;
    return next;
  }

  async #follow(): Promise<void> {
    // Read before the segments are listed: what comes in between is seen next time.
    const turns = this.#turnsNow();
    const { segments } = this.#log;
    // Listed before the newest one that is known is read: once there is a newer one it grows no more, and isn't looked at again.
    const ids = turns === this.#turns ? undefined : await this.#folder.segmentIds();
    if (this.#hasGrown()) {
      const segment = segments.get(this.#log.newest);
      if (segment !== undefined) this.#state.replay(await this.#log.follow(segment), segment);
    }
    if (ids === undefined) return;
    for (const id of ids) {
      if (segments.has(id)) continue;
      const loaded = await this.#log.load(id);
      if (loaded !== undefined) this.#state.replay(loaded.rows, loaded.segment);
    }
    const there = new Set(ids);
    for (const id of [...segments.keys()]) {
      if (there.has(id)) continue;
      this.#state.forgetSegment(id);
      this.#log.drop(id);
    }
    this.#turns = turns;
  }

  /** Counts a turn of this process's own as seen. */
  see(): void {
    this.#turns = this.#turnsNow();
  }

  #turnsNow(): number {
    return statSync(this.#folder.turns, { throwIfNoEntry: false })?.size ?? -2;
  }

  /** Whether the newest segment, which another process made, has more than is known. */
  #hasGrown(): boolean {
    const segment = this.#log.segments.get(this.#log.newest);
    if (segment === undefined || segment.salt === undefined || segment === this.#log.active) return false;
    const stats = statSync(this.#folder.log(segment.id), { throwIfNoEntry: false });
    return stats !== undefined && stats.size !== segment.bytes;
  }
}
