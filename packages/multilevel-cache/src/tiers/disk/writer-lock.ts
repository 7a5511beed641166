import { existsSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
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

/**
 * The right to write to a store, which one process has at a time. It is kept from write to write, and given away when
 * nothing is written, or when another process has waited for long enough.
 *
 * Two processes that think that they have it, one having been asleep for long, do no harm to what is stored: each
 * writes to segments of its own only.
 */
export class WriterLock {
  readonly #path: string;
  readonly #wanted: string;
  readonly #timeoutMs: number;
  #name = '';
  #sinceMs = 0;
  #touchedMs = 0;

  constructor(root: string, timeoutMs: number) {
    this.#path = join(root, 'writer.lock');
    this.#wanted = join(root, 'writer.wanted');
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
   * @returns `kept` if this process had it, `free` if nobody did, `left` if it was that of a dead process
   * @throws FramerailError `E_TIMEOUT`; errors of the file system
   */
  async take(): Promise<'kept' | 'free' | 'left'> {
    if (this.isHeld) {
      await this.#touch();
      return 'kept';
    }
    const untilMs = performance.now() + this.#timeoutMs;
    let outcome: 'free' | 'left' = 'free';
    for (let round = 0; !(await this.#create()); round += 1) {
      if (await this.#removeStale()) outcome = 'left';
      else if (performance.now() > untilMs) throw this.#timeout();
      else {
        if (round % 8 === 0) await writeFile(this.#wanted, '');
        await sleep(POLL_MS);
      }
    }
    return outcome;
  }

  /** Gives the lock back; nothing happens if this process hasn't got it. */
  async release(): Promise<void> {
    if (!this.isHeld) return;
    const name = this.#name;
    this.#name = '';
    const holder = await readFile(this.#path, 'utf8').catch(() => '');
    if (holder === name) await rm(this.#path, { force: true });
  }

  async #create(): Promise<boolean> {
    const name = ownerName();
    try {
      await writeFile(this.#path, name, { flag: 'wx' });
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      if (errnoOf(error) === 'ENOSPC') await rm(this.#path, { force: true });
      throw error;
    }
    this.#name = name;
    this.#sinceMs = this.#touchedMs = performance.now();
    if (existsSync(this.#wanted)) await rm(this.#wanted, { force: true });
    return true;
  }

  async #touch(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#touchedMs < TOUCH_MS) return;
    this.#touchedMs = nowMs;
    const now = new Date();
    await utimes(this.#path, now, now).catch(() => {});
  }

  /** Removes the lock of a dead process. @returns whether it did */
  async #removeStale(): Promise<boolean> {
    const holder = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (holder === undefined || !(await this.#isStale(holder))) return false;
    // Of all who see the dead one's lock a single one may remove it: another's new one would be next.
    const claim = `${this.#path}-${holder === '' ? 'torn' : holder}`;
    try {
      await writeFile(claim, '', { flag: 'wx' });
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if ((await ageMs(claim)) > STALE_MS) await rm(claim, { force: true });
      return false;
    }
    try {
      if ((await readFile(this.#path, 'utf8').catch(() => undefined)) !== holder) return false;
      await rm(this.#path, { force: true });
      return true;
    } finally {
      await rm(claim, { force: true });
    }
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
