import type { PreparedPicture, Taps } from '../../operations/prepared-operation.js';

/** Words of a pass' tables that belong together. */
interface TablePart {
  /** Says what they are: parts of one key and length have the same words. Objects by identity. */
  readonly key: object | string;
  /** Whether that holds from one plan to the next as well. */
  readonly stays: boolean;
  /** Where they begin among the words. */
  readonly start: number;
  readonly length: number;
  /** The words as they lie in memory, four bytes each, where nothing has to be made. */
  readonly bytes: Uint8Array | undefined;
  /** Makes the words. */
  write(words: Uint32Array): void;
}

/**
 * What a pass reads but doesn't compute, as `shaders` see it: `struct Tables { numbers: array<i32, N>, words:
 * array<u32> }`. How many numbers there are is decided by the pass' shape; words are found by numbers that say where
 * they start. So passes of one shape have one shader, whatever their values are.
 */
export interface TableContents {
  /** The numbers, in whole quads. */
  readonly head: Int32Array<ArrayBuffer>;
  readonly parts: readonly TablePart[];
  /** Bytes of all of it. */
  readonly byteLength: number;
}

/** Puts the contents of tables together. */
export interface PassTables {
  /** Adds a number to the head. */
  number(value: number): void;
  /** Adds words and puts where they start into the head; the same words for the same key of one length. */
  words(key: object | string, length: number, write: (words: Uint32Array) => void): void;
  /** Adds words that lie in memory as they are; `version` as a picture has it. */
  bytes(bytes: Uint8Array, length: number, version: number | undefined): void;
  /** Everything that was added; `undefined` when nothing was. */
  contents(): TableContents | undefined;
}

/** A head is a whole number of quads. */
export const headLength = (numbers: number): number => Math.ceil(numbers / 4) * 4;

/** Makes tables with nothing in them. */
export function createPassTables(): PassTables {
  const numbers: number[] = [];
  const parts: TablePart[] = [];
  let length = 0;
  const add = (part: Omit<TablePart, 'start'>): void => {
    const known = parts.find((one) => one.key === part.key && one.length === part.length);
    numbers.push(known?.start ?? length);
    if (known !== undefined) return;
    parts.push({ ...part, start: length });
    length += part.length;
  };
  return {
    number: (value) => void numbers.push(value),
    words: (key, partLength, write) => add({ key, stays: true, length: partLength, bytes: undefined, write }),
    bytes(bytes, partLength, version) {
      const write = (words: Uint32Array): void =>
        new Uint8Array(words.buffer, words.byteOffset, words.byteLength).set(
          bytes.subarray(0, words.byteLength),
        );
      const stays = version !== undefined;
      add({ key: stays ? versionKey(bytes, version) : bytes, stays, length: partLength, bytes, write });
    },
    contents() {
      if (numbers.length === 0) return undefined;
      const head = new Int32Array(headLength(numbers.length));
      head.set(numbers);
      // A runtime-sized array has one element at least, and bindings are quads.
      const byteLength = 4 * (head.length + Math.max(4, Math.ceil(length / 4) * 4));
      return { head, parts, byteLength };
    },
  };
}

/** The last version of an array that was asked for. */
const versions = new WeakMap<Uint8Array, { readonly version: number }>();

/** An object for the array in this version. */
function versionKey(bytes: Uint8Array, version: number): object {
  const known = versions.get(bytes);
  if (known?.version === version) return known;
  const key = { version };
  versions.set(bytes, key);
  return key;
}

/** Adds a picture's pixels, a word each. */
export function addPicture(tables: PassTables, { data, width, height, version }: PreparedPicture): void {
  tables.bytes(data, width * height, version);
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
