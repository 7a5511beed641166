import type { ToldProgress } from './progress-teller.js';

/** Values that wait for a reader that doesn't come for them: beyond these, the oldest of the middle go. */
const MAX_WAITING = 10_000;

/**
 * A task's progress for one reader. A reader that is slower than the task gets the first and the last value of each stage; one that comes
 * late gets the last value.
 */
export class ProgressStream implements AsyncIterableIterator<unknown> {
  readonly #onEnd: () => void;
  readonly #waiting: ToldProgress[] = [];
  #wake: ((result: IteratorResult<unknown>) => void)[] = [];
  #hasEnded = false;

  /** @param onEnd - called once when the reader stops, or nothing more comes */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Gives the reader a value. */
  tell(told: ToldProgress): void {
    if (this.#hasEnded) return;
    const wake = this.#wake.shift();
    if (wake !== undefined) {
      wake({ done: false, value: told.value });
      return;
    }
    const last = this.#waiting.at(-1);
    if (!told.isStage && last !== undefined && !last.isStage) this.#waiting.pop();
    this.#waiting.push(told);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.splice(1, 1);
  }

  /** Says that nothing more comes; what waits is still read. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const wake of this.#wake.splice(0)) wake({ done: true, value: undefined });
    this.#onEnd();
  }

  async next(): Promise<IteratorResult<unknown>> {
    const told = this.#waiting.shift();
    if (told !== undefined) return { done: false, value: told.value };
    if (this.#hasEnded) return { done: true, value: undefined };
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.#waiting.length = 0;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
