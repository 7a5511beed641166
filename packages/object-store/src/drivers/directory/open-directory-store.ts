import { expectNumber, expectObject, expectOneOf, expectString, systemClock } from '@framerail/lifecycle';
import type { ObjectStore } from '../../store/object-store.js';
import type { DirectoryStoreOptions } from './directory-options.js';
import { DirectoryStore } from './directory-store.js';
import { withFiles } from './file-errors.js';
import { StoreFolders } from './store-folders.js';
import { sweepOrphans } from './sweep.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Opens a store in a folder, and makes it if there is none. Removes what puts that never ended have left there. Any number of
 * processes may have the same folder open. A folder that can't be written to can be read from, if it is a store's.
 *
 * @param options - the folder, and how much a put costs
 * @throws FramerailError `E_STORE_FORMAT` if the path is a file's, or a store of another version's; `E_STORE_DENIED`,
 *   `E_STORE_FULL`, `E_STORE_FAILED`; `E_INVALID_ARGUMENT`
 */
export async function openDirectoryStore(options: DirectoryStoreOptions): Promise<ObjectStore> {
  const {
    path,
    durability = 'sync',
    timeoutMs = 30_000,
    orphanAgeMs = DAY_MS,
    clock = systemClock,
    now = Date.now,
  } = expectObject('options', options, 'options { path, durability, … }');
  expectString('path', path);
  expectOneOf('durability', durability, ['none', 'data', 'sync']);
  if (timeoutMs !== Number.POSITIVE_INFINITY) expectNumber('timeoutMs', timeoutMs, { min: 1 });
  expectNumber('orphanAgeMs', orphanAgeMs, { min: 0 });
  const folders = new StoreFolders(path);
  await withFiles(`The store at ${path} could not be opened`, async () => {
    await folders.prepare(durability === 'sync');
    await sweepOrphans(folders.incoming, orphanAgeMs);
  });
  return new DirectoryStore(folders, { durability, timeoutMs, clock, now });
}
