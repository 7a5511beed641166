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
  /** What all of them take at most. */
  readonly bytes: number;
  /** Whether the budget held less than a pipeline needs to move at all, and was raised to that. */
  readonly isRaised: boolean;
}

/** A frame that its stage holds while the next one has none yet. */
const IN_HAND = 1;

/**
 * Splits the budget between the frames that come in and those that go out. They get pools of their own, because
 * with one for both a fast decoder would take all the memory that the renderer needs to give a frame back. Each side gets
 * what the backend keeps in flight and one frame more; what is left goes to the side that has fewer.
 *
 * @param question - the budget and the frames
 */
export function shareBudget(question: ShareQuestion): BudgetShares {
  const { budget, sourceBytes, targetBytes, inFlight } = question;
  const isPassing = targetBytes === 0;
  const least = inFlight + IN_HAND;
  let sourceFrames = least;
  let targetFrames = isPassing ? 0 : least;
  const bytes = (): number => sourceFrames * sourceBytes + targetFrames * targetBytes;
  const isRaised = sourceFrames + targetFrames > budget.frames || bytes() > budget.bytes;
  for (;;) {
    const toTarget = !isPassing && targetFrames < sourceFrames;
    const more = toTarget ? targetBytes : sourceBytes;
    if (sourceFrames + targetFrames + 1 > budget.frames || bytes() + more > budget.bytes) break;
    if (toTarget) targetFrames += 1;
    else sourceFrames += 1;
  }
  return Object.freeze({
    sourceFrames,
    targetFrames,
    decodeToRender: Math.max(1, sourceFrames - inFlight - IN_HAND),
    renderToEncode: Math.max(1, (isPassing ? sourceFrames : targetFrames) - inFlight - IN_HAND),
    bytes: bytes(),
    isRaised,
  });
}
