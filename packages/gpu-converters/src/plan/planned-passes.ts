import { type FrameLayout, PIXEL_FORMATS, planeRowBytes, planeRows } from '@framerail/media-types';
import type { PreparedOperation } from '../operations/prepared-operation.js';
import type { PlannedPass } from './conversion-plan.js';

/** What users call the steps. */
const WORDS: Readonly<Record<PreparedOperation['type'], string>> = {
  scale: 'scale',
  resample: 'scale',
  place: 'place',
  colorMatrix: 'color',
  curves: 'curves',
  lut3d: 'lut',
  overlay: 'overlay',
  mix: 'mix',
};

/** Names of steps for a label. */
export function wordsOf(operations: readonly PreparedOperation[]): readonly string[] {
  return operations.map(({ type }) => WORDS[type]);
}

/**
 * The one pass that a conversion is.
 *
 * @param words - what happens between the formats
 */
export function singlePass(
  source: FrameLayout,
  target: FrameLayout,
  words: readonly string[],
): readonly PlannedPass[] {
  return Object.freeze([
    Object.freeze({
      label: [source.format, ...words, target.format].join(' → '),
      bytesRead: pixelBytes(source),
      bytesWritten: pixelBytes(target),
    }),
  ]);
}

/** Bytes of all rows, without what lies between them. */
export function pixelBytes({ format, width, height }: FrameLayout): number {
  return PIXEL_FORMATS[format].planes.reduce(
    (sum, _, index) => sum + planeRowBytes(format, index, width) * planeRows(format, index, height),
    0,
  );
}
