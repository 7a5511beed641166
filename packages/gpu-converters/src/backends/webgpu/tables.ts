import type { PreparedPicture, Taps } from '../../operations/prepared-operation.js';

/**
 * What a pass reads but doesn't compute, as `shaders` see it: `struct Tables { numbers: array<i32, N>, words:
 * array<u32> }`. How many numbers there are is decided by the pass' shape; words are found by numbers that say where
 * they start. So passes of one shape have one shader, whatever their values are.
 */
export interface PassTables {
  /** Adds a number to the head. */
  number(value: number): void;
  /** Adds words and puts where they start into the head; the same words for the same key of one length. */
  words(key: object, length: number, write: (words: Uint32Array) => void): void;
  /** Everything that was added, in whole quads; `undefined` when nothing was. */
  all(): Uint32Array<ArrayBuffer> | undefined;
  /** Bytes of {@link PassTables.all}, known without making it. */
  readonly byteLength: number;
}

interface Part {
  readonly key: object;
  readonly start: number;
  readonly length: number;
  readonly write: (words: Uint32Array) => void;
}

/** A head is a whole number of quads. */
export const headLength = (numbers: number): number => Math.ceil(numbers / 4) * 4;

/** Makes tables with nothing in them. */
export function createPassTables(): PassTables {
  const numbers: number[] = [];
  const parts: Part[] = [];
  let length = 0;
  // A runtime-sized array has one element at least, and bindings are quads.
  const total = (): number =>
    numbers.length === 0 ? 0 : headLength(numbers.length) + Math.max(4, Math.ceil(length / 4) * 4);
  return {
    number: (value) => void numbers.push(value),
    words(key, partLength, write) {
      const known = parts.find((part) => part.key === key && part.length === partLength);
      numbers.push(known?.start ?? length);
      if (known !== undefined) return;
      parts.push({ key, start: length, length: partLength, write });
      length += partLength;
    },
    all() {
      if (numbers.length === 0) return undefined;
      const all = new Uint32Array(total());
      all.set(Int32Array.from(numbers));
      const words = all.subarray(headLength(numbers.length));
      for (const { start, length: own, write } of parts) write(words.subarray(start, start + own));
      return all;
    },
    get byteLength() {
      return total() * 4;
    },
  };
}

/** Adds a picture's pixels, a word each. */
export function addPicture(tables: PassTables, { data, width, height }: PreparedPicture): void {
  const length = width * height;
  tables.words(data, length, (words) => {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    bytes.set(data.subarray(0, bytes.byteLength));
  });
}

/** Adds numbers of 16 bits, two a word. */
export function addHalves(tables: PassTables, numbers: Uint16Array): void {
  tables.words(numbers, Math.ceil(numbers.length / 2), (words) => {
    for (let index = 0; index < words.length; index += 1)
      words[index] = (numbers[2 * index] as number) | ((numbers[2 * index + 1] ?? 0) << 16);
  });
}

/** Adds a word for every position, the last one repeated up to a whole quad. */
export function addPositions(
  tables: PassTables,
  key: object,
  count: number,
  wordAt: (position: number) => number,
): void {
  tables.words(key, Math.ceil(count / 4) * 4, (words) => {
    for (let index = 0; index < words.length; index += 1) words[index] = wordAt(Math.min(index, count - 1));
  });
}

/** Adds taps: for every position its first sample and its weights, a word each; the last one up to a whole quad. */
export function addTaps(tables: PassTables, { start, count, weights }: Taps): void {
  const positions = Math.ceil(start.length / 4) * 4;
  tables.words(start, positions * (count + 1), (words) => {
    for (let index = 0; index < positions; index += 1) {
      const position = Math.min(index, start.length - 1);
      const at = index * (count + 1);
      words[at] = start[position] as number;
      for (let tap = 0; tap < count; tap += 1)
        words[at + 1 + tap] = weights[position * count + tap] as number;
    }
  });
}
