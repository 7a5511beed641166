import { type FrameLayout, PIXEL_FORMATS, planeRowBytes, planeRows } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import { planPasses } from '../backends/webgpu/pass-plan.js';
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
 * The passes of a plan, as the GPU makes them. Where one pass makes all pixels, as in most plans, it is named in users'
 * words.
 *
 * @param words - what happens between the formats
 */
export function plannedPasses(plan: BackendPlan, words: readonly string[]): readonly PlannedPass[] {
  const { passes } = planPasses(plan);
  const { source, target } = plan;
  const own = [source.layout.format, ...words, target.layout.format].join(' → ');
  const isFused = passes.filter(({ kind }) => kind !== 'pack').length === 1;
  const planned = passes.map(({ kind, label, bytesRead, bytesWritten }, index) =>
    Object.freeze({
      label: isFused && kind !== 'pack' ? own : label,
      // What lies between rows, or fills them up to whole words, is no pixel.
      bytesRead: index === 0 ? pixelBytes(source.layout) : bytesRead,
      bytesWritten: index === passes.length - 1 ? pixelBytes(target.layout) : bytesWritten,
    }),
  );
  return Object.freeze(planned);
}

/** Bytes of all rows, without what lies between them. */
function pixelBytes({ format, width, height }: FrameLayout): number {
  return PIXEL_FORMATS[format].planes.reduce(
    (sum, _, index) => sum + planeRowBytes(format, index, width) * planeRows(format, index, height),
    0,
  );
}
