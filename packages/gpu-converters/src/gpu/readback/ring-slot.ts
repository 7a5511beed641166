import { FramerailError, invalidArgument, type Lease } from '@framerail/lifecycle';
import type { ReadbackSlot, SlotCopy } from './readback-ring.js';
import type { RingPlace } from './ring-places.js';

/** What a slot needs of its ring. */
export interface SlotOwner {
  /** Maps a place, after the submissions so far. */
  map(place: RingPlace): Promise<void>;
  /** Reads what was copied into a place, once it is mapped; the place is the ring's from here on. */
  read(place: RingPlace, options: ReadOptions): Promise<Lease>;
  /** Takes a place back that nobody reads. */
  takeBack(place: RingPlace): void;
  /** Takes a place back that is of no use. */
  takeOut(place: RingPlace): void;
}

/** How a place is read. */
export interface ReadOptions {
  readonly byteLength: number;
  readonly mapped: Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** A place in somebody's hands. */
export class RingSlot implements ReadbackSlot {
  readonly #owner: SlotOwner;
  #place: RingPlace | undefined;
  readonly index: number;
  #byteLength: number;
  #mapped: Promise<void> | undefined;

  constructor(owner: SlotOwner, place: RingPlace) {
    this.#owner = owner;
    this.#place = place;
    this.index = place.index;
    this.#byteLength = place.bytes;
  }

  get output(): GPUBuffer | undefined {
    return this.#held().output;
  }

  get readback(): GPUBuffer {
    return this.#held().readback;
  }

  copy(encoder: GPUCommandEncoder, { source, sourceOffset = 0, byteLength }: SlotCopy = {}): void {
    const place = this.#held();
    const from = source ?? place.output;
    if (from === undefined) throw invalidArgument('source', 'a GPUBuffer (the ring has no outputs)', source);
    const wanted = byteLength ?? place.bytes;
    if (!Number.isSafeInteger(wanted) || wanted < 1 || wanted > place.bytes) {
      throw invalidArgument('byteLength', `an integer from 1 to ${place.bytes}`, byteLength);
    }
    const room = from.size - wanted;
    if (
      !Number.isSafeInteger(sourceOffset) ||
      sourceOffset % 4 !== 0 ||
      sourceOffset < 0 ||
      sourceOffset > room
    ) {
      throw invalidArgument('sourceOffset', `a multiple of 4 from 0 to ${room}`, sourceOffset);
    }
    // Copies go by whole words; what is lent is what was asked for.
    const words = Math.min(Math.ceil(wanted / 4) * 4, from.size - sourceOffset);
    encoder.copyBufferToBuffer(from, sourceOffset, place.readback, 0, words);
    this.#byteLength = wanted;
  }

  async read({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Lease> {
    const place = this.#held();
    this.#place = undefined;
    this.#mapped = this.#owner.map(place);
    return this.#owner.read(place, { byteLength: this.#byteLength, mapped: this.#mapped, signal });
  }

  get finished(): Promise<void> {
    return this.#mapped ?? Promise.reject(this.#refusal('has not been read'));
  }

  release(): void {
    const place = this.#place;
    this.#place = undefined;
    if (place !== undefined) this.#owner.takeBack(place);
  }

  retire(): void {
    const place = this.#place;
    this.#place = undefined;
    if (place !== undefined) this.#owner.takeOut(place);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #held(): RingPlace {
    if (this.#place !== undefined) return this.#place;
    throw this.#refusal('has been read or released; acquire another one');
  }

  #refusal(why: string): FramerailError {
    return new FramerailError({
      code: 'E_LEASE_RELEASED',
      message: `Readback slot ${this.index} was refused because it ${why}`,
    });
  }
}
