import { axisTaps } from '../../operations/axis-taps.js';
import type { PreparedOverlay } from '../../operations/prepared-operation.js';

/** Numbers that a pass reads but doesn't compute: taps of a scale, pixels of overlays. */
export interface PassTables {
  /** Puts the taps of an axis in and returns where they start, in words. Their count is rounded up to whole quads. */
  addTaps(source: number, target: number): number;
  /** Puts a picture in and returns where it starts, in words. */
  addPicture(image: PreparedOverlay['image']): number;
  /** Everything that was put in, in whole quads; `undefined` when nothing was. */
  words(): Uint32Array<ArrayBuffer> | undefined;
}

export function createPassTables(): PassTables {
  const parts: Uint32Array[] = [];
  let length = 0;
  const add = (part: Uint32Array): number => {
    const start = length;
    parts.push(part);
    length += part.length;
    return start;
  };
  return {
    addTaps: (source, target) => add(tapWords(source, target)),
    addPicture: ({ data, width, height }) => {
      const words = new Uint32Array(width * height);
      new Uint8Array(words.buffer).set(data.subarray(0, words.byteLength));
      return add(words);
    },
    words() {
      if (length === 0) return undefined;
      const all = new Uint32Array(Math.ceil(length / 4) * 4);
      let start = 0;
      for (const part of parts) {
        all.set(part, start);
        start += part.length;
      }
      return all;
    },
  };
}

/** One word a position, `first << 8 | weight`, the last one repeated up to a whole quad. */
function tapWords(source: number, target: number): Uint32Array {
  const { first, weight } = axisTaps(source, target);
  return Uint32Array.from({ length: Math.ceil(target / 4) * 4 }, (_, index) => {
    const position = Math.min(index, target - 1);
    return ((first[position] as number) << 8) | (weight[position] as number);
  });
}
