import { FramerailError, invalidArgument } from '@framerail/lifecycle';
import { ownCacheFolder } from './cache-folder.js';
import { processEnvironment } from './environment.js';
import type { MeasurementStore } from './measurement-store.js';
import { createFileMeasurements } from './measurement-stores/file-store.js';
import { createMemoryMeasurements } from './measurement-stores/memory-store.js';

/** The environment variable that stands in for the option `measurements`. */
const MEASUREMENTS_VARIABLE = 'FRAMERAIL_MEASUREMENTS';

/** `keep`: in the user's cache folder; `off`: every processor measures anew; a store: there. */
export type MeasurementsRequest = 'keep' | 'off' | MeasurementStore;

/**
 * Finds the store that a caller means. The option wins over the variable.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function measurementStore(
  request: MeasurementsRequest | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): MeasurementStore | undefined {
  if (typeof request === 'object' && request !== null && typeof request.recall === 'function') return request;
  const [name, asked] =
    request === undefined
      ? [MEASUREMENTS_VARIABLE, environment[MEASUREMENTS_VARIABLE] || 'keep']
      : ['measurements', request];
  if (asked === 'off') return undefined;
  if (asked !== 'keep') throw invalidArgument(name, "'keep' or 'off'", asked);
  const directory = ownCacheFolder(environment);
  const inFile = directory === undefined ? undefined : createFileMeasurements({ directory });
  return inFile ?? createMemoryMeasurements();
}

/**
 * Forgets what was measured on this machine for this user: the next processors measure again. Do it after a change
 * that the measurements' key doesn't show, such as another cooling or a docked laptop.
 *
 * @param store - default: the file in the user's cache folder; nothing in browsers
 * @throws FramerailError `E_CACHE_UNWRITABLE` if the file can't be removed
 */
export async function clearBackendMeasurements(store?: MeasurementStore): Promise<void> {
  const own = store ?? measurementStore('keep', processEnvironment());
  try {
    await own?.clear();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FramerailError({
      code: 'E_CACHE_UNWRITABLE',
      message: `Expected to remove ${own?.place} but it can't be removed: ${why}`,
      cause,
    });
  }
}
