import type { TaskCounts, TaskEngine } from '../engines/task-engine.js';

/** Who waits for everything to be done. */
interface Drain {
  readonly lane: string | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

/** Tells those that wait for it when nothing is left to do. */
export class Drains {
  readonly #engine: TaskEngine;
  readonly #waiting = new Set<Drain>();
  #looking = false;
  #isWanted = false;

  constructor(engine: TaskEngine) {
    this.#engine = engine;
  }

  /** Resolves when nothing of a lane, or nothing at all, is left to do. */
  wait(lane: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const drain = { lane, resolve, reject };
      this.#waiting.add(drain);
      signal?.addEventListener('abort', () => this.#waiting.delete(drain), { once: true });
      this.look();
    });
  }

  /** Something may have ended. */
  look(): void {
    if (this.#waiting.size === 0) return;
    this.#isWanted = true;
    if (!this.#looking) void this.#look();
  }

  /** Nobody waits any more. */
  close(error: Error): void {
    for (const drain of this.#waiting) drain.reject(error);
    this.#waiting.clear();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#isWanted && this.#waiting.size > 0) {
      this.#isWanted = false;
      try {
        const counts = await this.#engine.counts();
        for (const drain of [...this.#waiting]) {
          if (leftOf(counts, drain.lane) > 0) continue;
          this.#waiting.delete(drain);
          drain.resolve();
        }
      } catch (error) {
        for (const drain of this.#waiting) drain.reject(error);
        this.#waiting.clear();
      }
      // Looked at once a turn of the event loop at most, however fast tasks end.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#looking = false;
  }
}

function leftOf(counts: readonly TaskCounts[], lane: string | undefined): number {
  let left = 0;
  for (const { lane: name, counts: of } of counts)
    if (lane === undefined || name === lane) left += of.blocked + of.delayed + of.waiting + of.active;
  return left;
}
