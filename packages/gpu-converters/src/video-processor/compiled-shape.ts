import type { BackendName, BackendPlan } from '../backends/backend.js';
import type { ChoiceBasis } from '../choice/choose-backend.js';
import type { BackendLine } from '../processor/backend-line.js';

/** A backend that stands ready for all plans of one shape. */
export interface CompiledShape {
  readonly line: BackendLine;
  readonly choice: ChoiceBasis;
  /** What it keeps once it has had a frame of this plan; see {@link shapeBytes}. */
  bytesFor(plan: BackendPlan): number;
}

/**
 * Bytes that a backend keeps for a plan: on the GPU an upload, a source, a target and a readback buffer for each frame
 * in flight; everywhere the plan's tables.
 */
export function shapeBytes(plan: BackendPlan, backend: BackendName, maxInFlight: number): number {
  const frames =
    backend === 'webgpu'
      ? 2 * maxInFlight * (plan.source.layout.byteLength + plan.target.layout.byteLength)
      : 0;
  return frames + plan.operations.reduce((sum, step) => sum + tableBytes(step), 0);
}

/** Arrays that a step holds, however deep. */
function tableBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + tableBytes(one), 0);
}
