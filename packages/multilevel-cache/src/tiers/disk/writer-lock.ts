import { existsSync } from 'node:fs';
import { link, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FramerailError } from '@framerail/lifecycle';
import { ownerName, stateOfOwner } from '@framerail/lifecycle/process-owner';
import { errnoOf } from './disk-errors.js';

/** How often who waits looks again. */
const POLL_MS = 2;
/** How long a process keeps the lock while another one waits. */
const TURN_MS = 20;
/** The lock of a process that doesn't show itself for so long is anybody's: it is dead, or its number another's. */
const STALE_MS = 60_000;
const TOUCH_MS = 5000;
/** A lock that could not be given back is tried again after so long. */
const AGAIN_MS = 100;

/**
 * The right to write to a store, which one process has at a time. It is kept from write to write, and given away when
 * nothing is written, or when another process has waited for long enough.
 *
 * Two processes that think that they have it, one having been asleep for long, do no harm to what is stored: each
 * writes to segments of its own only.
 *
 * The lock of a dead process is moved, not removed: what it left undone is still to be looked at if the one that moved
 * it dies too, at whatever moment.
 */
export class WriterLock {
  readonly #path: string;
  readonly #wanted: string;
  /** The lock of a process that died, until somebody has dealt with what it left. */
  readonly #left: string;
  readonly #timeoutMs: number;
  #name = '';
  /** What stands in the lock that is still to be given back; empty: nothing is. */
  #unreturned = '';
  #returning: Promise<void> | undefined;
  #sinceMs = 0;
  #touchedMs = 0;

  constructor(root: string, timeoutMs: number) {
    this.#path = join(root, 'writer.lock');
    this.#wanted = join(root, 'writer.wanted');
    this.#left = join(root, 'writer.left');
    this.#timeoutMs = timeoutMs;
  }

  /** Whether this process has it. */
  get isHeld(): boolean {
    return this.#name !== '';
  }

  /** Whether another process seems to have it. */
  get isOthers(): boolean {
    return !this.isHeld && existsSync(this.#path);
  }

  /** Whether it is another's turn. */
  get isDue(): boolean {
    return performance.now() - this.#sinceMs > TURN_MS && existsSync(this.#wanted);
  }

  /**
   * Takes the lock.
   *
   * @returns `kept` if this process had it, `free` if nobody did, `left` if a process died that had it, until
   *   {@link WriterLock.settleLeft}
   * @throws FramerailError `E_TIMEOUT`; errors of the file system
   */
  async take(): Promise<'kept' | 'free' | 'left'> {
    if (this.isHeld && (await this.#isKept())) return 'kept';
    await this.#giveBack();
    const untilMs = performance.now() + this.#timeoutMs;
    for (let round = 0; !(await this.#create()); round += 1) {
      if (await this.#moveStale()) continue;
      if (performance.now() > untilMs) throw this.#timeout();
      if (round % 8 === 0) await writeFile(this.#wanted, '');
      await sleep(POLL_MS);
    }
    return existsSync(this.#left) ? 'left' : 'free';
  }

  /** What the dead process left was dealt with. This process has the lock. */
  async settleLeft(): Promise<void> {
    await rm(this.#left, { force: true });
  }

  /** Gives the lock back, at some later moment if the file system refuses; nothing happens if this process hasn't got it. */
  async release(): Promise<void> {
    if (!this.isHeld) return;
    this.#unreturned = this.#name;
    this.#name = '';
    await this.#giveBack().catch(() => {});
  }

  /** One at a time: of two that find this process's lock the later one would remove the next process's. */
  #giveBack(): Promise<void> {
    if (this.#unreturned === '') return Promise.resolve();
    this.#returning ??= this.#remove().finally(() => {
      this.#returning = undefined;
    });
    return this.#returning;
  }

  async #remove(): Promise<void> {
    try {
      if ((await this.#holder()) === this.#unreturned) await rm(this.#path, { force: true });
      this.#unreturned = '';
    } catch (error) {
      // As long as the lock is there and this process lives all others wait.
      setTimeout(() => this.#giveBack().catch(() => {}), AGAIN_MS).unref();
      throw error;
    }
  }

  async #create(): Promise<boolean> {
    const name = ownerName();
    try {
      await using handle = await open(this.#path, 'wx');
      // An empty lock is nobody's, and others would wait until that shows.
      await handle.writeFile(name).catch(async (error) => {
        await rm(this.#path, { force: true }).catch(() => {});
        throw error;
      });
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      throw error;
    }
    this.#name = name;
    this.#sinceMs = this.#touchedMs = performance.now();
    if (existsSync(this.#wanted)) await rm(this.#wanted, { force: true }).catch(() => {});
    return true;
  }

  /** Whether the lock is still this process's: somebody may have removed the folder, or thought it dead after a long sleep. */
  async #isKept(): Promise<boolean> {
    const nowMs = performance.now();
    const isOld = nowMs - this.#touchedMs > STALE_MS / 2;
    if (!existsSync(this.#path) || (isOld && (await this.#holder()) !== this.#name)) {
      this.#name = '';
      return false;
    }
    if (nowMs - this.#touchedMs < TOUCH_MS) return true;
    this.#touchedMs = nowMs;
    const now = new Date();
    await utimes(this.#path, now, now).catch(() => {});
    return true;
  }

  /** Moves the lock of a dead process out of the way. @returns whether there may be none now */
  async #moveStale(): Promise<boolean> {
    const holder = await this.#holder();
    if (holder === undefined || !(await this.#isStale(holder))) return holder === undefined;
    // Others see the dead one's lock too: a new one may be there by now.
    if ((await this.#holder()) !== holder) return true;
    try {
      await rename(this.#path, this.#left);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      return true;
    }
    const moved = await readFile(this.#left, 'utf8').catch(() => holder);
    // It came in between, and goes back, unless yet another one is there.
    if (moved !== holder) await link(this.#left, this.#path).catch(() => {});
    return true;
  }

  /** What the lock says; `undefined` if there is none. */
  #holder(): Promise<string | undefined> {
    return readFile(this.#path, 'utf8').catch((error) => {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    });
  }

  async #isStale(holder: string): Promise<boolean> {
    if (stateOfOwner(holder) === 'dead') return true;
    // A process that was killed between making the file and writing its name into it left it empty.
    return (await ageMs(this.#path)) > (holder === '' ? 1000 : STALE_MS);
  }

  #timeout(): FramerailError {
    return new FramerailError({
      code: 'E_TIMEOUT',
      message: `Expected to write within ${this.#timeoutMs} ms but another process writes to ${this.#path}; see what it does, or raise lockTimeoutMs`,
      details: { timeoutMs: this.#timeoutMs },
    });
  }
}

async function ageMs(path: string): Promise<number> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}
