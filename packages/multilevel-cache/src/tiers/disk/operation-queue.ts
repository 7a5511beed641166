import { setTimeout as sleep } from 'node:timers/promises';
import type { DiskOperation } from './disk-operation.js';
import type { WriterLock } from './writer-lock.js';

/** Nothing was written for so long: another process may want to. */
const IDLE_MS = 20;
/** What another process that waits needs to take its turn. */
const PAUSE_MS = 10;
const BATCH_OPERATIONS = 500;
const BATCH_FILE_BYTES = 64 * 1024 * 1024;

/** Operations in the order of their calls, done in batches while this process has the lock. */
export class OperationQueue {
  readonly #lock: WriterLock;
  readonly #batchBytes: number;
  readonly #work: (batch: readonly DiskOperation[]) => Promise<void>;
  #waiting: DiskOperation[] = [];
  #running: Promise<void> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param lock - is taken by `work`, and released here
   * @param batchBytes - bytes of records of a batch
   * @param work - does a batch; settles its operations
   */
  constructor(
    lock: WriterLock,
    batchBytes: number,
    work: (batch: readonly DiskOperation[]) => Promise<void>,
  ) {
    this.#lock = lock;
    this.#batchBytes = batchBytes;
    this.#work = work;
  }

  /** Takes an operation. */
  add(operation: DiskOperation): void {
    this.#waiting.push(operation);
    if (this.#running !== undefined) return;
    clearTimeout(this.#idle);
    this.#running = this.#run();
  }

  /** Does what waits, and gives the lock away. */
  async end(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    clearTimeout(this.#idle);
    await this.#lock.release();
  }

  async #run(): Promise<void> {
    // Calls of the same turn of the event loop go together.
    await undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#work(batch);
      } catch (error) {
        for (const { settle } of batch) settle.reject(error);
      }
      if (this.#lock.isHeld && this.#lock.isDue) {
        await this.#lock.release();
        await sleep(PAUSE_MS);
      }
    }
    this.#running = undefined;
    this.#idle = setTimeout(() => this.#rest(), IDLE_MS);
    this.#idle.unref();
  }

  #rest(): void {
    if (this.#running === undefined) this.#running = this.#giveAway();
  }

  async #giveAway(): Promise<void> {
    await this.#lock.release();
    if (this.#waiting.length > 0) await this.#run();
    else this.#running = undefined;
  }

  #nextBatch(): DiskOperation[] {
    let [count, bytes, fileBytes] = [0, 0, 0];
    for (const operation of this.#waiting) {
      // What looks at everything, or waits for everything, comes alone.
      const isAlone = operation.kind === 'clear' || operation.kind === 'flush';
      if (count > 0 && isAlone) break;
      if (operation.kind === 'set') {
        bytes += operation.recordBytes;
        if (operation.fileId !== 0) fileBytes += operation.entry.bytes.byteLength;
      }
      if (count > 0 && (bytes > this.#batchBytes || fileBytes > BATCH_FILE_BYTES)) break;
      count += 1;
      if (isAlone || count === BATCH_OPERATIONS) break;
    }
    return this.#waiting.splice(0, count);
  }
}
