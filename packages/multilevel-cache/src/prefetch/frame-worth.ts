import type { Frame } from './frame-table.js';
import type { LoopRange } from './playhead-options.js';

/** What lies behind counts as so many times as far away as what lies ahead. */
const BEHIND = 3;
/** The first positions of where a playhead jumped to lately are as good as near: it jumps there again. */
const LANDING = 12;
const LANDING_DISTANCE = 64;

/** Where a playhead is, to judge frames by. */
export interface Viewpoint {
  readonly position: number;
  readonly direction: 1 | -1;
  readonly loop: LoopRange | undefined;
  readonly landings: readonly number[];
  /** The number of the latest move. */
  readonly moves: number;
}

/**
 * Says how little frames outside of the window are worth: the moves until they may be asked for. In a loop that is
 * certain; elsewhere the playhead goes on, or returns to where it was lately.
 *
 * @param viewpoint - where the playhead is
 * @returns the price of a frame, 0 or more; the highest goes first
 */
export function frameWorth({ position, direction, loop, landings, moves }: Viewpoint) {
  const here = Math.floor(position);
  return (frame: Pick<Frame<unknown>, 'position' | 'shownAt'>): number => {
    const distance = (frame.position - here) * direction;
    if (loop !== undefined && here >= loop.start && here <= loop.end) {
      const span = loop.end - loop.start + 1;
      if (frame.position >= loop.start && frame.position <= loop.end)
        return distance < 0 ? distance + span : distance;
      return span + Math.abs(distance);
    }
    const away = distance >= 0 ? distance : -distance * BEHIND;
    const age = frame.shownAt === 0 ? Number.POSITIVE_INFINITY : moves - frame.shownAt;
    const isLanding = landings.some((landing) => {
      const after = (frame.position - landing) * direction;
      return after >= 0 && after < LANDING;
    });
    return Math.min(away, age, isLanding ? LANDING_DISTANCE : away);
  };
}
