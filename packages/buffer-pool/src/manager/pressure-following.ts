import { FramerailError, type PressureLevel, type PressureSource } from '@framerail/lifecycle';
import { warnOfMemory } from './manager-errors.js';
import { isPressureLevel, PRESSURE_LEVELS } from './pressure-order.js';

/**
 * Listens to a source, whose code is the caller's.
 *
 * @param tell - gets the level now and every later one; what is no level isn't passed on
 * @returns stops listening
 * @throws FramerailError `E_PRESSURE_SOURCE` if it can't be listened to or tells no level
 */
export function followPressure(
  source: PressureSource | undefined,
  tell: (level: PressureLevel) => void,
): () => void {
  if (source === undefined) return () => {};
  let stop: unknown;
  let level: unknown;
  try {
    stop = source.on('change', (changed: unknown) => {
      if (isPressureLevel(changed)) tell(changed);
      else warnOfMemory('A level of pressure was ignored', notALevel(changed));
    });
    level = source.level;
    if (!isPressureLevel(level)) throw notALevel(level);
  } catch (cause) {
    unfollow(stop);
    throw new FramerailError({
      code: 'E_PRESSURE_SOURCE',
      message: `The source of pressure failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
  tell(level as PressureLevel);
  return () => unfollow(stop);
}

function notALevel(value: unknown): RangeError {
  return new RangeError(`Expected one of ${PRESSURE_LEVELS.join(', ')} but received ${String(value)}`);
}

function unfollow(stop: unknown): void {
  if (typeof stop !== 'function') return;
  try {
    stop();
  } catch (error) {
    warnOfMemory('The source of pressure could not be left', error);
  }
}
