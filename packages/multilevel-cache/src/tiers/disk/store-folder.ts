import { randomInt } from 'node:crypto';
import { closeSync, openSync, realpathSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { errnoOf, notAStore } from './disk-errors.js';
import { syncFolder } from './file-io.js';
import { FORMAT, formatIn, stampOf } from './format-stamp.js';

const STAMP = 'framerail-disk-cache.json';
const MOUNTED: ReadonlySet<string> = new Set(['EBUSY', 'EXDEV']);
const OWN_NAMES = new Set([
  STAMP,
  'segments',
  'files',
  'turns',
  'writer.lock',
  'writer.wanted',
  'writer.left',
]);

/** The folder of a store. */
export class StoreFolder {
  readonly root: string;
  readonly segments: string;
  readonly files: string;
  /** Grows by a byte whenever a segment comes or goes: what tells other processes to look. */
  readonly turns: string;

  constructor(path: string) {
    this.root = realPath(resolve(path));
    this.segments = join(this.root, 'segments');
    this.files = join(this.root, 'files');
    this.turns = join(this.root, 'turns');
  }

  /** Path of a segment's records. */
  log(id: number): string {
    return `${this.segments}${sep}${id.toString(16).padStart(8, '0')}.log`;
  }

  /** Path of the rows of a sealed segment. */
  rows(id: number): string {
    return join(this.segments, `${id.toString(16).padStart(8, '0')}.rows`);
  }

  /** Numbers of the segments, in order. */
  async segmentIds(): Promise<number[]> {
    const ids: number[] = [];
    for (const name of await this.#segmentNames())
      if (/^[0-9a-f]{8}\.log$/.test(name)) ids.push(Number.parseInt(name, 16));
    return ids.sort((a, b) => a - b);
  }

  /** None where somebody removed the folder. */
  #segmentNames(): Promise<string[]> {
    return readdir(this.segments).catch((error) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
  }

  /** Counts that a segment came or went. The file is a hole, which takes no room however often that was. */
  async countTurn(): Promise<void> {
    await using handle = await open(this.turns, 'a');
    const { size } = await handle.stat();
    // Not always by one: two processes that count at once, which the lock is there to prevent, must not count alike.
    await handle.truncate(size + 1 + randomInt(8));
  }

  /**
   * Makes what is missing of the folder. A store of another version is set aside: moved to a folder beside it.
   *
   * @param isSynced - has the new names written to the disk
   * @returns where a store of another version lies now
   * @throws FramerailError `E_CACHE_FORMAT` for what is no store; errors of the file system
   */
  async prepare(isSynced: boolean): Promise<string | undefined> {
    const format = await this.#formatFound();
    const setAside = format === undefined || format === FORMAT ? undefined : await this.#setAside(format);
    await mkdir(this.root, { recursive: true });
    for (const folder of [this.segments, this.files]) await makeFolder(folder);
    closeSync(openSync(this.turns, 'a'));
    await this.#probe();
    if (format !== FORMAT) await this.#writeStamp(isSynced);
    if (isSynced) for (const folder of [this.root, dirname(this.root)]) await syncFolder(folder);
    return setAside;
  }

  /** A folder that can't be written to shows itself now, and not at the first write. */
  async #probe(): Promise<void> {
    const path = join(this.files, `probe-${process.pid}`);
    await (await open(path, 'w')).close();
    await rm(path, { force: true });
  }

  /** The version of the store that is there; `undefined` for an empty folder, none, or a damaged stamp. */
  async #formatFound(): Promise<number | undefined> {
    let text: string;
    try {
      text = await readFile(join(this.root, STAMP), 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return this.#withoutStamp();
      if (errnoOf(error) === 'ENOTDIR' && (await stat(this.root)).isFile())
        throw notAStore(this.root, 'a file');
      throw error;
    }
    return formatIn(text);
  }

  async #withoutStamp(): Promise<undefined> {
    const names = await readdir(this.root).catch((error) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    const strange = names.find((name) => !OWN_NAMES.has(name) && !name.startsWith(`.${STAMP}`));
    if (strange !== undefined) throw notAStore(this.root, `${JSON.stringify(strange)} and no stamp`);
    return undefined;
  }

  async #setAside(format: number): Promise<string> {
    const path = `${this.root}.format-${format}-${Date.now().toString(36)}-${process.pid}`;
    try {
      await rename(this.root, path);
    } catch (error) {
      // A disk of its own, such as a volume of a container: there is no beside.
      if (MOUNTED.has(errnoOf(error) ?? ''))
        throw notAStore(this.root, `a store of format ${format} that can't be moved aside`);
      // Another process was faster.
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
    return path;
  }

  async #writeStamp(isSynced: boolean): Promise<void> {
    const own = join(this.root, `.${STAMP}-${process.pid}`);
    await writeFile(own, stampOf(FORMAT), { flush: isSynced });
    await rename(own, join(this.root, STAMP));
  }
}

/** Where a path leads: a store that lies behind a link is set aside there, on its own disk, and the link stays. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Nothing is there yet, or making it will say what is wrong.
    return path;
  }
}

/** Makes a folder that may be there. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}
