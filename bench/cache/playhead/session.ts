// Plays somebody's editing on a cache and counts what was there in time.
import { createCache, type MemoryOptions, memory } from '@framerail/multilevel-cache';
import type { Tick } from './editors.ts';
import { Film, type FilmOptions } from './film.ts';

/** How a session is played. */
export interface SessionOptions extends FilmOptions {
  frames: number;
  /** Frames that the cache holds. */
  held: number;
  /** Milliseconds from tick to tick. */
  tickMs: number;
  /** Whether a playhead fetches ahead. */
  hasPlayhead: boolean;
  policy?: MemoryOptions['policy'];
}

/** What came of it. */
export interface SessionOutcome {
  /** Frames that were shown, those that a standing playhead shows again not counted. */
  shown: number;
  /** Those that memory had when they were due. */
  hits: number;
  /** Frames that were made for each that was shown. */
  madePerShown: number;
}

/** Plays it. A frame that isn't there when it is due is a miss, though it is being made. */
export async function playSession(ticks: Iterable<Tick>, options: SessionOptions): Promise<SessionOutcome> {
  const film = new Film(options);
  const { clock } = film;
  const { policy, frameBytes, held, frames, tickMs } = options;
  const cache = createCache({
    tiers: [memory({ maxBytes: held * frameBytes, policy })],
    clock,
    wallClock: () => clock.now(),
  });
  const keyAt = (position: number): string => `film/${position}`;
  let [shown, hits, last] = [0, 0, -1];
  let playhead: ReturnType<typeof cache.playhead> | undefined;
  for (const { position, rate, loop } of ticks) {
    if (options.hasPlayhead) {
      playhead ??= cache.playhead({
        length: frames,
        keyAt,
        loader: film.make,
        position,
        rate,
        concurrency: options.workers,
      });
      playhead.move({ position, rate, loop });
    }
    if (position !== last) {
      shown += 1;
      if (cache.getSync(keyAt(position)) !== undefined) hits += 1;
      else void cache.getOrLoad(keyAt(position), film.make).catch(() => {});
    }
    last = position;
    await film.pass(tickMs);
  }
  await cache.close();
  return { shown, hits, madePerShown: film.made / shown };
}
