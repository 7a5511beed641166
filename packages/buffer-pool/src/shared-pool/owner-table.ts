import { type ControlLayout, OWNER, OWNER_NAME_BYTES, recordAt } from './control-layout.js';
import type { ControlWords } from './control-words.js';

/** Whose memory is counted by name, over all threads. The first is the pool itself. */
export class OwnerTable {
  readonly #control: ControlWords;
  readonly #layout: ControlLayout;
  /** Records are never given to another name, so what was found once stays right. */
  readonly #found = new Map<string, number>();
  readonly #names = new Map<number, string>();

  constructor(control: ControlWords, layout: ControlLayout) {
    this.#control = control;
    this.#layout = layout;
  }

  /** The record of a name, made if it is new; the pool's own if there is no room for another name. */
  ensure(name: string): number {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const { owners } = this.#layout;
    for (let index = 0; index < owners.count; index += 1) {
      const at = recordAt(owners, index);
      if (this.#control.get(at + OWNER.nameBytes) === 0) this.#write(at, name);
      else if (this.nameAt(at) !== name) continue;
      this.#found.set(name, at);
      return at;
    }
    return recordAt(owners, 0);
  }

  /** Counts a loan, or with a `sign` of -1 its end. */
  count(at: number, sign: 1 | -1, bytes: number, requested: number): void {
    const control = this.#control;
    control.add(at + OWNER.leases, sign);
    control.addNumberAt(at + OWNER.requested, sign * requested);
    const inUse = control.numberAt(at + OWNER.bytesInUse) + sign * bytes;
    control.setNumberAt(at + OWNER.bytesInUse, inUse);
    if (inUse > control.numberAt(at + OWNER.peakBytesInUse))
      control.setNumberAt(at + OWNER.peakBytesInUse, inUse);
  }

  /** All records in use, in the order in which they first came. */
  all(): number[] {
    const { owners } = this.#layout;
    const all: number[] = [];
    for (let index = 0; index < owners.count; index += 1) {
      const at = recordAt(owners, index);
      if (this.#control.get(at + OWNER.nameBytes) === 0) break;
      all.push(at);
    }
    return all;
  }

  nameAt(at: number): string {
    const known = this.#names.get(at);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(this.#control.get(at + OWNER.nameBytes));
    // A copy, since decoders refuse shared memory.
    for (let index = 0; index < bytes.length; index += 1) {
      bytes[index] = this.#control.get(at + OWNER.name + (index >> 2)) >>> (8 * (index & 3));
    }
    const name = new TextDecoder().decode(bytes);
    this.#names.set(at, name);
    return name;
  }

  /** A step of its own: a name that was remembered must not be taken back. */
  #write(at: number, name: string): void {
    const control = this.#control;
    const bytes = new TextEncoder().encode(name).subarray(0, OWNER_NAME_BYTES);
    const words = new Int32Array(OWNER_NAME_BYTES / 4);
    for (const [index, byte] of bytes.entries()) {
      words[index >> 2] = (words[index >> 2] as number) | (byte << (8 * (index & 3)));
    }
    for (const [index, word] of words.entries()) control.set(at + OWNER.name + index, word);
    control.set(at + OWNER.nameBytes, bytes.length);
    control.commit();
  }
}
