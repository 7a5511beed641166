import type { Frame } from './frame-table.js';

/** So many positions are passed at least that have no key. */
const MOST_WITHOUT_KEYS = 64;

/** How much a window may hold. */
export interface WindowLimits {
  /** Positions ahead. */
  readonly window: number;
  /** What all may weigh; one is taken in any case. */
  readonly maxBytes: number;
  /** What those weigh of which that isn't known yet. */
  readonly meanBytes: number;
  /** The number of the move, which is noted in those that are taken. */
  readonly move: number;
}

/**
 * Takes what a playhead wants, the soonest first.
 *
 * @param order - positions; some may come twice
 * @param frameAt - what is known of a position; `undefined` if it has no key
 * @param limits - how much
 */
export function playheadWindow<K>(
  order: Iterable<number>,
  frameAt: (position: number) => Frame<K> | undefined,
  { window, maxBytes, meanBytes, move }: WindowLimits,
): readonly Frame<K>[] {
  const wanted: Frame<K>[] = [];
  let [bytes, looks] = [0, 0];
  for (const position of order) {
    looks += 1;
    // Where keys end there may be no end of positions.
    if (wanted.length > window || looks > 4 * window + MOST_WITHOUT_KEYS) break;
    const frame = frameAt(position);
    if (frame === undefined || frame.wantedAt === move) continue;
    bytes += frame.bytes || meanBytes;
    if (bytes > maxBytes && wanted.length > 0) break;
    frame.wantedAt = move;
    wanted.push(frame);
  }
  return wanted;
}
