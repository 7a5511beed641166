import { FramerailError } from '@framerail/lifecycle';
import { bytesText } from '../report/bytes-text.js';
import type { FrameBudget } from './frame-budget.js';

/** What {@link shareBudget} needs to know of a pipeline. */
export interface ShareQuestion {
  /** What there is to share. */
  readonly budget: FrameBudget;
  /** Bytes of a frame that comes in. */
  readonly sourceBytes: number;
  /** Bytes of a frame that goes out. 0 where frames pass as they come: then the sources have the whole budget. */
  readonly targetBytes: number;
  /** Frames that the backend works on at once, 1 or more; each holds one on either side. */
  readonly inFlight: number;
  /** Bytes that somebody else has for the pipeline, such as a memory manager: never exceeded. Default: as many as it takes. */
  readonly availableBytes?: number | undefined;
}

/** Who may hold how much. */
export interface BudgetShares {
  /** Frames between the decoder and the end of rendering. */
  readonly sourceFrames: number;
  /** Frames between the start of rendering and the encoder. */
  readonly targetFrames: number;
  /** Frames of the first kind that may lie in the channel to the render stage. */
  readonly decodeToRender: number;
  /** Frames of the second kind that may lie in the channel to the encode stage. */
  readonly renderToEncode: number;
  /** Frames that the backend may work on at once: those asked about, or fewer where `availableBytes` can't hold them. */
  readonly inFlight: number;
  /** What all of them take at most. */
  readonly bytes: number;
  /** Whether the budget held less than a pipeline needs to move at all, and was raised to that. */
  readonly isRaised: boolean;
  /** Whether `availableBytes` left the pipeline less than the budget allows. */
  readonly isReduced: boolean;
}

/** A frame that its stage holds while the next one has none yet. */
const IN_HAND = 1;

/** Frames with which a side can still move: one in flight. */
export const LEAST_FRAMES = 1 + IN_HAND;

/**
 * Splits the budget between the frames that come in and those that go out. They get pools of their own, because
 * with one for both a fast decoder would take all the memory that the renderer needs to give a frame back. Each side gets
 * what the backend keeps in flight and one frame more; what is left goes to the side that has fewer. Where
 * `availableBytes` can't hold that, the backend has to do with fewer in flight, down to one.
 *
 * @param question - the budget and the frames
 * @throws FramerailError `E_MEMORY_BUDGET` if `availableBytes` holds less than two frames a side
 */
export function shareBudget(question: ShareQuestion): BudgetShares {
  const { availableBytes = Number.POSITIVE_INFINITY } = question;
  const alone = split(question, question.inFlight, question.budget.bytes);
  let shares = alone;
  if (alone.bytes > availableBytes) {
    let { inFlight } = question;
    while (inFlight > 1 && leastBytes(question, inFlight) > availableBytes) inFlight -= 1;
    const needed = leastBytes(question, inFlight);
    if (needed > availableBytes) throw tooLittle(needed, availableBytes);
    shares = split(question, inFlight, Math.min(question.budget.bytes, availableBytes));
  }
  return Object.freeze({ ...shares, isReduced: shares !== alone });
}

function split(question: ShareQuestion, inFlight: number, maxBytes: number): Omit<BudgetShares, 'isReduced'> {
  const { budget, sourceBytes, targetBytes } = question;
  const isPassing = targetBytes === 0;
  let sourceFrames = inFlight + IN_HAND;
  let targetFrames = isPassing ? 0 : inFlight + IN_HAND;
  const bytes = (): number => sourceFrames * sourceBytes + targetFrames * targetBytes;
  const isRaised = sourceFrames + targetFrames > budget.frames || bytes() > budget.bytes;
  for (;;) {
    const toTarget = !isPassing && targetFrames < sourceFrames;
    const more = toTarget ? targetBytes : sourceBytes;
    if (sourceFrames + targetFrames + 1 > budget.frames || bytes() + more > maxBytes) break;
    if (toTarget) targetFrames += 1;
    else sourceFrames += 1;
  }
  return {
    sourceFrames,
    targetFrames,
    decodeToRender: Math.max(1, sourceFrames - inFlight - IN_HAND),
    renderToEncode: Math.max(1, (isPassing ? sourceFrames : targetFrames) - inFlight - IN_HAND),
    inFlight,
    bytes: bytes(),
    isRaised,
  };
}

function leastBytes({ sourceBytes, targetBytes }: ShareQuestion, inFlight: number): number {
  return (inFlight + IN_HAND) * (sourceBytes + targetBytes);
}

function tooLittle(needed: number, available: number): FramerailError {
  return new FramerailError({
    code: 'E_MEMORY_BUDGET',
    message: `Expected at least the ${bytesText(needed)} of two frames a side to be available for the export but received ${bytesText(Math.max(0, available))}; raise the manager's budget for video, wait until others have given theirs back, or keep the manager open`,
    details: { requiredBytes: needed, availableBytes: available },
  });
}
