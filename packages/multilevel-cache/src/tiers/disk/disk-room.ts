import type { DiskSettings } from './disk-options.js';
import type { DiskState } from './disk-state.js';
import type { Leftovers } from './leftovers.js';
import type { SegmentCleaner } from './segment-cleaner.js';
import type { SegmentLog } from './segment-log.js';

/** Room for new segments' headers, and for blocks that are begun. */
const SLACK_BYTES = 16 * 1024;
const MIN_SEGMENTS = 64;

/** Keeps what lies on the disk below the cap, before anything is written. */
export class DiskRoom {
  readonly #settings: DiskSettings;
  readonly #state: DiskState;
  readonly #log: SegmentLog;
  readonly #cleaner: SegmentCleaner;
  readonly #leftovers: Leftovers;

  constructor(parts: {
    readonly settings: DiskSettings;
    readonly state: DiskState;
    readonly log: SegmentLog;
    readonly cleaner: SegmentCleaner;
    readonly leftovers: Leftovers;
  }) {
    this.#settings = parts.settings;
    this.#state = parts.state;
    this.#log = parts.log;
    this.#cleaner = parts.cleaner;
    this.#leftovers = parts.leftovers;
  }

  /** Bytes that segments and files take on the disk. */
  get used(): number {
    return this.#log.room + this.#state.filesRoom;
  }

  /** Makes room for so many more bytes of the log. */
  async make(bytes: number): Promise<void> {
    const { roomBytes, segmentBytes, durability } = this.#settings;
    const fits = (): boolean => this.used + bytes + SLACK_BYTES <= roomBytes;
    const mostSegments = MIN_SEGMENTS + 2 * Math.ceil(roomBytes / segmentBytes);
    while (this.#log.segments.size > mostSegments) await this.#clean();
    if (fits()) return;
    // With `sync` what is replaced stays until its replacement is safe, and others go first.
    if (durability !== 'sync') await this.#leftovers.removeFiles();
    for (let round = 0; !fits() && round < 8; round += 1) {
      // Once around: all that is waste has gone then.
      for (let left = this.#log.segments.size; left > 0 && !fits(); left -= 1) await this.#clean();
      if (fits()) return;
      if (round === 6) await this.#leftovers.removeFiles();
      else this.#state.shrink(this.used + bytes + SLACK_BYTES - roomBytes);
      await this.#leftovers.gather();
    }
  }

  async #clean(): Promise<void> {
    await this.#cleaner.clean((segment) => this.#leftovers.replacedIn(segment));
    await this.#leftovers.gather();
  }
}
