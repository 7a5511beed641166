import type { LoopRange } from './playhead-options.js';

/** Where a playhead is and how it goes on. */
export interface PlayheadState {
  /** Where it is; fractions allowed. */
  readonly position: number;
  /** Positions from move to move; `undefined` if it goes hither and thither, or stands still. */
  readonly step: number | undefined;
  /** Whether what lies between two moves isn't asked for. */
  readonly isExact: boolean;
  /** The direction it went in last. */
  readonly direction: 1 | -1;
  /** Positions there are. */
  readonly length: number;
  /** What is played over and over. */
  readonly loop: LoopRange | undefined;
  /** Whether loads are quick enough for all positions that the playhead passes. */
  readonly isQuick: boolean;
}

/** Around a playhead that stands still or goes hither and thither, so many positions forward for each backward one. */
const FORWARD = 2;
/** Positions on both sides that are fetched beside those that a quick playhead will show. */
const BESIDE = 12;

/**
 * The positions that will be asked for, the soonest first, without end but for that of the film; some come twice.
 *
 * @param state - where the playhead is
 */
export function* playheadOrder(state: PlayheadState): Iterable<number> {
  const { position, step } = state;
  const here = Math.floor(position);
  yield here;
  if (step === undefined) {
    yield* around(state, here, Number.POSITIVE_INFINITY);
    return;
  }
  const direction = step > 0 ? 1 : -1;
  if (takesAll(state, step)) {
    yield* along(state, here, direction);
    yield* around(state, here, Number.POSITIVE_INFINITY);
    return;
  }
  yield* along(state, position, step);
  yield* around(state, here, BESIDE);
  yield* along(state, here, direction);
}

/**
 * How many positions of {@link playheadOrder}, after the first, will be due in the next moves.
 *
 * @param state - where the playhead is
 * @param moves - how many moves
 */
export function positionsPassed(state: PlayheadState, moves: number): number {
  const { step } = state;
  if (step === undefined) return 0;
  return takesAll(state, step) ? Math.ceil(moves * Math.abs(step)) : moves;
}

/** Whether what lies between two moves is taken too: a step that isn't certain may end there. */
function takesAll({ isExact, isQuick }: PlayheadState, step: number): boolean {
  return Math.abs(step) <= 1 || (!isExact && isQuick);
}

/** Positions in steps from one, to the end or once round the loop. */
function* along(state: PlayheadState, from: number, step: number): Iterable<number> {
  const { loop, length } = state;
  const isInLoop = loop !== undefined && from >= loop.start && from < loop.end + 1;
  const span = isInLoop ? loop.end - loop.start + 1 : length;
  const most = Math.ceil(span / Math.abs(step));
  for (let index = 1; index <= most; index += 1) {
    let position = Math.floor(from + step * index);
    if (isInLoop) position = loop.start + modulo(position - loop.start, span);
    if (position < 0 || position >= length) return;
    yield position;
  }
}

function* around({ length, direction }: PlayheadState, here: number, reach: number): Iterable<number> {
  const most = Math.min(reach, length);
  for (let back = 1, ahead = 1; ahead <= most || back <= most; back += 1) {
    for (let count = 0; count < FORWARD && ahead <= most; count += 1, ahead += 1) {
      const position = here + direction * ahead;
      if (position >= 0 && position < length) yield position;
    }
    const position = here - direction * back;
    if (back <= most && position >= 0 && position < length) yield position;
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
