import type { Taps } from '../../operations/prepared-operation.js';
import type { CopiedAxis, PlaneMap } from '../../plan/work.js';

/** Whether an axis is resampled, and not copied. */
export const isTaps = (axis: CopiedAxis | Taps): axis is Taps => 'weights' in axis;

/** Whether both axes of a component are copied. */
export const isCopied = ({ horizontal, vertical }: PlaneMap): boolean =>
  !isTaps(horizontal) && !isTaps(vertical);
