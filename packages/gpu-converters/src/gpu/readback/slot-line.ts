import { abortError, type Clock, type FramerailError, onAbort } from '@framerail/lifecycle';

/** How long somebody waits. */
export interface LineWait {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Makes the error for a wait that was too long. */
  readonly timeoutError: () => FramerailError;
}

/** What is free, and who waits for it, first come first served. */
export class SlotLine<Slot> {
  readonly #clock: Clock;
  #free: Slot[] = [];
  readonly #waiting = new Set<{
    resolve(slot: Slot): void;
    reject(error: FramerailError): void;
  }>();
  #failure: FramerailError | undefined;

  /** @param clock - counts the waits */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many can be had at once. */
  get free(): number {
    return this.#free.length;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits for one. @throws FramerailError `E_ABORTED`, the timeout's error, or what {@link SlotLine.fail} was given */
  take({ signal, timeoutMs, timeoutError }: LineWait): Promise<Slot> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (signal?.aborted) return Promise.reject(abortError(signal, 'Waiting for a free GPU slot'));
    const slot = this.#free.shift();
    if (slot !== undefined) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const done = (): void => {
        off();
        cancel();
        this.#waiting.delete(waiter);
      };
      const waiter = {
        resolve: (taken: Slot): void => {
          done();
          resolve(taken);
        },
        reject: (error: FramerailError): void => {
          done();
          reject(error);
        },
      };
      this.#waiting.add(waiter);
      const cancel = this.#clock.setTimer(() => waiter.reject(timeoutError()), timeoutMs);
      const off = onAbort(signal, () =>
        waiter.reject(abortError(signal as AbortSignal, 'Waiting for a free GPU slot')),
      );
    });
  }

  /** Puts one back, or gives it to the first in line. */
  put(slot: Slot): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#free.push(slot);
    else first.resolve(slot);
  }

  /** Takes all free ones out of the line, for good. */
  empty(): readonly Slot[] {
    return this.#free.splice(0);
  }

  /** Rejects everybody who waits and who will ask. */
  fail(error: FramerailError): void {
    this.#failure ??= error;
    for (const waiter of [...this.#waiting]) waiter.reject(error);
  }
}
