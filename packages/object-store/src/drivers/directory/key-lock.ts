import { lstat, open, readFile, readlink, rename, rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, FramerailError, sleep } from '@framerail/lifecycle';
import { ownerName, stateOfOwner } from '@framerail/lifecycle/process-owner';
import type { BlobPlace } from './blob-names.js';
import { errnoOf } from './file-errors.js';

/** A lock is held for a look and a rename. One that is older was left behind by a machine that can't be asked. */
const STALE_MS = 30_000;
const MAX_PAUSE_MS = 20;
/** What systems say that make no symbolic links, or not for everybody. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'];

/** Lets one at a time change a key's blob: in this process by standing in line, among processes by a file. */
export class KeyLocks {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #lines = new Map<string, Promise<void>>();

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /**
   * Runs work while nobody else of this store's users has the lock of the same place.
   *
   * @throws FramerailError `E_TIMEOUT` when others have it for too long, `E_ABORTED`; errors of the file system
   */
  async hold<T>(
    { shard, name }: BlobPlace,
    options: {
      readonly signal: AbortSignal | undefined;
      readonly timeoutMs: number;
      readonly evenIfFull?: boolean;
    },
    work: () => Promise<T>,
  ): Promise<T> {
    const lock = `${shard}${name.slice(0, 30).replace(/[^0-9a-f].*$/, '')}`;
    const before = this.#lines.get(lock) ?? Promise.resolve();
    const mine = before.then(() => this.#holdFile(join(this.#folder, lock), options, work));
    const settled = mine.then(
      () => {},
      () => {},
    );
    this.#lines.set(lock, settled);
    try {
      return await mine;
    } finally {
      if (this.#lines.get(lock) === settled) this.#lines.delete(lock);
    }
  }

  async #holdFile<T>(
    path: string,
    options: {
      readonly signal: AbortSignal | undefined;
      readonly timeoutMs: number;
      readonly evenIfFull?: boolean;
    },
    work: () => Promise<T>,
  ): Promise<T> {
    const owner = ownerName();
    const isHeld = await this.#take(path, owner, options);
    try {
      return await work();
    } finally {
      if (isHeld) await unlink(path).catch(() => {});
    }
  }

  async #take(
    path: string,
    owner: string,
    {
      signal,
      timeoutMs,
      evenIfFull = false,
    }: { signal: AbortSignal | undefined; timeoutMs: number; evenIfFull?: boolean },
  ): Promise<boolean> {
    const startMs = this.#clock.now();
    for (let turn = 0; ; turn += 1) {
      try {
        if (await create(path, owner)) return true;
      } catch (error) {
        // Deleting is what helps a full disk: rather that without a lock than not at all.
        if (evenIfFull && ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '')) return false;
        throw error;
      }
      if (await removeStale(path, owner)) continue;
      if (this.#clock.now() - startMs >= timeoutMs) throw lockedTooLong(path, timeoutMs);
      const pauseMs = Math.min(MAX_PAUSE_MS, 2 ** turn) * (0.5 + Math.random() / 2);
      await sleep(pauseMs, { clock: this.#clock, ...(signal === undefined ? {} : { signal }) });
    }
  }
}

/**
 * Making the lock is what takes it; what stands in it is for those who find it later. A symbolic link that leads nowhere is
 * made with its text at once. A file isn't: a process killed in between leaves a lock that tells nothing of its owner, and has
 * to be waited for until it is old. So files are for where there are no such links.
 */
async function create(path: string, owner: string): Promise<boolean> {
  try {
    await symlink(owner, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(errnoOf(error) ?? '')) throw error;
  }
  try {
    const handle = await open(path, 'wx');
    // On a full disk it stays empty, and is a lock all the same.
    await handle.write(owner).catch(() => {});
    await handle.close().catch(() => {});
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const textOf = async (path: string): Promise<string> => {
  try {
    return await readlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'EINVAL' && errnoOf(error) !== 'UNKNOWN') throw error;
    return await readFile(path, 'utf8');
  }
};

/** Takes away the lock of a process that is dead. @returns whether it is worth trying again at once */
async function removeStale(path: string, owner: string): Promise<boolean> {
  const holder = await staleHolder(path);
  if (holder === undefined) return false;
  // One at a time, or the second would take away the lock that the first has just taken.
  const breaking = `${path}.breaking`;
  if (!(await create(breaking, owner))) {
    if ((await staleHolder(breaking)) !== undefined) await rm(breaking, { force: true });
    return false;
  }
  try {
    if ((await staleHolder(path)) === holder) {
      const aside = `${path}.${owner}`;
      await rename(path, aside);
      await rm(aside, { force: true });
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  } finally {
    await rm(breaking, { force: true });
  }
}

/** What stands in a lock whose process is dead or can't be asked and is too old; `undefined` for any other. */
async function staleHolder(path: string): Promise<string | undefined> {
  try {
    const holder = await textOf(path);
    const state = stateOfOwner(holder);
    if (state === 'dead') return holder;
    if (state === 'alive') return undefined;
    return Date.now() - (await lstat(path)).mtimeMs > STALE_MS ? holder : undefined;
  } catch {
    return undefined;
  }
}

function lockedTooLong(path: string, timeoutMs: number): FramerailError {
  return new FramerailError({
    code: 'E_TIMEOUT',
    message: `Another process has held the lock ${path} for ${timeoutMs} ms; end it if it hangs`,
    details: { path, timeoutMs },
  });
}
