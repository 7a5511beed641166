import {
  expectNumber,
  expectObject,
  expectOneOf,
  type PressureLevel,
  type TrimRequest,
} from '@framerail/lifecycle';

/**
 * Checks what `trim` is asked for.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkTrim(request: TrimRequest): TrimRequest & { readonly bytes: number } {
  const { bytes, level, idleMs, maxPriority } = expectObject('request', request, 'a request { bytes, … }');
  return {
    bytes: bytes === undefined ? Number.POSITIVE_INFINITY : expectNumber('bytes', bytes, { min: 0 }),
    level: level && expectOneOf<PressureLevel>('level', level, ['none', 'moderate', 'high', 'critical']),
    idleMs: idleMs === undefined ? undefined : expectNumber('idleMs', idleMs, { min: 0 }),
    maxPriority: maxPriority === undefined ? undefined : expectNumber('maxPriority', maxPriority),
  };
}
