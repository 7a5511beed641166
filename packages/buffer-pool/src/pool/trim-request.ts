import {
  expectNumber,
  expectObject,
  expectOneOf,
  type PressureLevel,
  type TrimRequest,
} from '@framerail/lifecycle';
import type { BlockFilter } from '../blocks/free-blocks.js';
import type { IdleSpans } from '../blocks/idle-spans.js';

const LEVELS: readonly PressureLevel[] = ['none', 'moderate', 'high', 'critical'];

/**
 * Checks what `trim` is asked for.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkTrim(request: TrimRequest): {
  readonly bytes: number;
  readonly level: PressureLevel | undefined;
  readonly idleMs: number;
  readonly maxPriority: number | undefined;
} {
  const { bytes, level, idleMs, maxPriority } = expectObject('request', request, 'a request { bytes, … }');
  return {
    bytes: bytes === undefined ? Number.MAX_VALUE : expectNumber('bytes', bytes, { min: 0 }),
    level: level === undefined ? undefined : expectOneOf('level', level, LEVELS),
    idleMs: idleMs === undefined ? 0 : expectNumber('idleMs', idleMs, { min: 0 }),
    maxPriority: maxPriority === undefined ? undefined : expectNumber('maxPriority', maxPriority),
  };
}

/** Which free blocks a request means; `undefined` if it means all. */
export function trimFilter<Memory>(
  spans: IdleSpans,
  idleMs: number,
  maxPriority: number | undefined,
): BlockFilter<Memory> | undefined {
  if (idleMs === 0 && maxPriority === undefined) return undefined;
  const highest = maxPriority ?? Number.POSITIVE_INFINITY;
  const freedBeforeMs = idleMs === 0 ? Number.POSITIVE_INFINITY : spans.now() - idleMs;
  return ({ priority, freed }) => priority <= highest && freed.endMs <= freedBeforeMs;
}
