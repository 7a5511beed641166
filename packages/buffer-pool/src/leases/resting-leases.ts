/** A lease object that can be used again. */
export interface Resting<L> {
  /** The one that was released next after it. */
  nextResting: L | undefined;
}

/** So many more leases are released before a released one's object is used again. */
export const RELEASES_AT_REST = 8192;

/**
 * Released lease objects, in the order of their release. They rest before they are used again, so that whoever releases
 * or reads one twice is refused, as long as that happens within the next {@link RELEASES_AT_REST} releases.
 */
export class RestingLeases<L extends Resting<L>> {
  #first: L | undefined;
  #last: L | undefined;
  #count = 0;

  /** Lays a released one to rest. */
  add(lease: L): void {
    if (this.#last === undefined) this.#first = lease;
    else this.#last.nextResting = lease;
    this.#last = lease;
    this.#count += 1;
  }

  /** Takes the one that has rested longest, if it has rested long enough. */
  take(): L | undefined {
    if (this.#count <= RELEASES_AT_REST) return undefined;
    const lease = this.#first as L;
    this.#first = lease.nextResting;
    lease.nextResting = undefined;
    this.#count -= 1;
    return lease;
  }
}
