import type { Lease } from '@framerail/lifecycle';
import type { ThumbnailCache } from '../../src/index.js';
import { demand } from './demand.js';

/** Pictures that a cache keeps, and those that somebody looks at: each has to stay as it was when it was kept. */
export class Pictures {
  /** How many there were to look at. */
  seen = 0;
  readonly #cache: ThumbnailCache;
  readonly #marks = new Map<string, number>();
  readonly #looks: { readonly lease: Lease; readonly mark: number }[] = [];

  constructor(cache: ThumbnailCache) {
    this.#cache = cache;
  }

  /** How many are being looked at. */
  get looks(): number {
    return this.#looks.length;
  }

  /** Has one kept, and writes to the original afterwards. */
  keep(key: string, bytes: number, mark: number): void {
    const picture = new Uint8Array(bytes).fill(mark);
    if (this.#cache.set(key, picture)) this.#marks.set(key, mark);
    picture.fill(~mark);
  }

  /** Begins to look at one, if it is there. */
  look(key: string): void {
    const lease = this.#cache.get(key);
    if (lease === undefined) return;
    this.seen += 1;
    this.#looks.push({ lease, mark: this.#marks.get(key) as number });
    this.verify();
  }

  /** Ends a look. */
  lookAway(which: number): void {
    this.#looks.splice(which % Math.max(1, this.#looks.length), 1)[0]?.lease.release();
  }

  /** What is being looked at is as it was kept. */
  verify(): void {
    for (const { lease, mark } of this.#looks) {
      const same = lease.bytes[0] === mark && lease.bytes.at(-1) === mark;
      demand(same, 'a picture is not the one that was kept');
    }
  }
}
