import type { RawFrame } from '@framerail/media-types';
import type { BackendPlan } from '../backends/backend.js';
import type { Operation, OtherFrame, Picture } from '../operations/operation.js';
import { checkFormat } from '../plan/frame-checks.js';

/** A frame of a transition that isn't RGBA yet, and the picture that stands for it in the plan. */
interface PendingPicture {
  readonly frame: RawFrame;
  /** Of the frame's size, empty; it takes no memory until it is written to. */
  readonly standIn: Picture;
}

/** Operations that can be planned, and the frames that have to be converted before they can be done. */
export interface ResolvedOperations {
  readonly operations: readonly Operation[];
  readonly pending: readonly PendingPicture[];
}

/**
 * Puts pictures in the place of other frames.
 *
 * @param operations - the caller's, not checked
 * @throws FramerailError `E_INVALID_ARGUMENT` for an other frame that is none
 */
export function resolveOtherFrames(operations: readonly Operation[]): ResolvedOperations {
  if (!Array.isArray(operations)) return { operations, pending: [] };
  const pending: PendingPicture[] = [];
  const resolved = (operations as readonly Operation[]).map((operation, index): Operation => {
    if (operation?.type !== 'dissolve' && operation?.type !== 'wipe') return operation;
    if (!isFrame(operation.other)) return operation;
    const frame = operation.other;
    checkFormat(`operations[${index}].other`, frame);
    const known = pending.find((one) => one.frame === frame);
    const standIn = known?.standIn ?? standInFor(frame);
    if (known === undefined) pending.push({ frame, standIn });
    return { ...operation, other: standIn };
  });
  return { operations: resolved, pending };
}

/** The plan with pictures in the place of what stood for them. */
export function withPictures(plan: BackendPlan, pictures: ReadonlyMap<Uint8Array, Uint8Array>): BackendPlan {
  if (pictures.size === 0) return plan;
  const operations = plan.operations.map((step) => {
    const data = step.type === 'mix' ? pictures.get(step.image.data) : undefined;
    return step.type === 'mix' && data !== undefined ? { ...step, image: { ...step.image, data } } : step;
  });
  return { ...plan, operations };
}

function isFrame(other: OtherFrame | undefined): other is RawFrame {
  return typeof other === 'object' && other !== null && 'layout' in other;
}

function standInFor({ layout }: RawFrame): Picture {
  const { width, height } = layout;
  return { data: new Uint8Array(width * height * 4), width, height };
}
