import { createManualClock } from '@framerail/lifecycle';
import { type Cache, type CacheOptions, createCache, memory, type PlayheadOptions } from '../../src/index.js';
import { settle } from '../cache/fault-tier.js';

export const FRAME_BYTES = 100;

/** A film whose loads end when they are told to, or at once. */
export interface TestFilm {
  readonly cache: Cache<string, Uint8Array>;
  readonly clock: ReturnType<typeof createManualClock>;
  /** Positions whose loads began, in order. */
  readonly begun: number[];
  /** Positions whose loads were aborted. */
  readonly aborted: number[];
  readonly options: PlayheadOptions<string, Uint8Array>;
  /** Lets loads end that run now, with a failure if `error` is given. @returns how many */
  end(error?: Error): Promise<number>;
  /** Positions that memory has, of the first `length`. */
  there(): number[];
}

/** @param held frames that memory holds */
export function testFilm(
  length: number,
  held: number,
  { isInstant = true, ...given }: { isInstant?: boolean } & Partial<CacheOptions<string, Uint8Array>> = {},
): TestFilm {
  const clock = createManualClock(1000);
  const cache = createCache({
    tiers: [memory({ maxBytes: held * FRAME_BYTES })],
    clock,
    wallClock: () => clock.now(),
    ...given,
  });
  const begun: number[] = [];
  const aborted: number[] = [];
  const running = new Set<{ resolve: (value: Uint8Array) => void; reject: (error: Error) => void }>();
  const keyAt = (position: number): string => `film/${position}`;
  return {
    cache,
    clock,
    begun,
    aborted,
    options: {
      length,
      keyAt,
      loader: ({ position, signal }) => {
        begun.push(position);
        if (isInstant) return new Uint8Array(FRAME_BYTES);
        return new Promise<Uint8Array>((resolve, reject) => {
          const load = { resolve, reject };
          running.add(load);
          signal.addEventListener('abort', () => {
            running.delete(load);
            aborted.push(position);
            reject(new Error('aborted'));
          });
        });
      },
    },
    async end(error) {
      await settle();
      const ending = [...running];
      running.clear();
      for (const { resolve, reject } of ending) error ? reject(error) : resolve(new Uint8Array(FRAME_BYTES));
      await settle();
      return ending.length;
    },
    there() {
      return Array.from({ length }, (_, position) => position).filter(
        (position) => cache.getSync(keyAt(position)) !== undefined,
      );
    },
  };
}
