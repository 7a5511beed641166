/** Somebody who reads a stream in equal steps. */
export interface Reader {
  /** The index that was read last. */
  last: number;
  /** From one index to the next; not 0. */
  step: number;
  /** The number of the access that was its last. */
  seenAt: number;
}

/** Accesses that are remembered, among which somebody is recognised. */
const HISTORY = 32;
/** Readers of one stream. */
const MOST = 4;
/** A reader may leave out so many steps. */
const SKIPS = 4;
/** After so many accesses of others a reader has gone. */
const GONE_AFTER = 64;

/** Recognises who reads a stream in equal steps, among others who read it too or read it at random. */
export class ReaderRecognizer {
  /** Those who are there. */
  readonly readers: Reader[] = [];
  #recent: number[] = [];
  #accesses = 0;

  /**
   * An index is read.
   *
   * @returns who reads it, if that is somebody in equal steps
   */
  note(index: number): Reader | undefined {
    this.#accesses += 1;
    this.#forgetOld();
    const reader = this.readers.find((one) => goesOn(one, index)) ?? this.#recognize(index);
    if (this.#recent.at(-1) !== index) {
      this.#recent.push(index);
      if (this.#recent.length > HISTORY) this.#recent.shift();
    }
    if (reader === undefined) return undefined;
    reader.last = index;
    reader.seenAt = this.#accesses;
    return reader;
  }

  /** Somebody for whom this is the fourth in equal steps, or the third if these are steps of one. */
  #recognize(index: number): Reader | undefined {
    let best = 0;
    for (let place = this.#recent.length - 1; place >= 0; place -= 1) {
      const step = index - (this.#recent[place] as number);
      if (step === 0 || (best !== 0 && Math.abs(step) >= Math.abs(best))) continue;
      if (this.#led(place, step, Math.abs(step) === 1 ? 1 : 2)) best = step;
    }
    if (best === 0) return undefined;
    // Who goes at another speed now is still the same.
    const same = this.readers.find(
      ({ last, step }) => Math.abs(index - last) <= 2 * Math.max(Math.abs(step), Math.abs(best)),
    );
    if (same !== undefined) {
      same.step = best;
      return same;
    }
    const reader = { last: index, step: best, seenAt: this.#accesses };
    this.readers.push(reader);
    if (this.readers.length > MOST) {
      const oldest = this.readers.reduce((a, b) => (a.seenAt <= b.seenAt ? a : b));
      this.readers.splice(this.readers.indexOf(oldest), 1);
    }
    return reader;
  }

  /** Whether so many steps led to the access at a place, in their order. */
  #led(place: number, step: number, steps: number): boolean {
    let at = place;
    for (let count = 1; count <= steps; count += 1) {
      at = this.#recent.lastIndexOf((this.#recent[place] as number) - count * step, at - 1);
      if (at < 0) return false;
    }
    return true;
  }

  #forgetOld(): void {
    for (let place = this.readers.length - 1; place >= 0; place -= 1) {
      if (this.#accesses - (this.readers[place] as Reader).seenAt > GONE_AFTER) this.readers.splice(place, 1);
    }
  }
}

function goesOn({ last, step }: Reader, index: number): boolean {
  const steps = (index - last) / step;
  return Number.isInteger(steps) && steps >= 0 && steps <= SKIPS;
}
