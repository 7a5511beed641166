import { abortError, FramerailError, onAbort } from '@framerail/lifecycle';

/** Lets so many through at once; others wait in the order in which they came. */
export class Turnstile {
  readonly #limit: number;
  readonly #name: string;
  readonly #line: { enter(): void; refuse(error: unknown): void }[] = [];
  #inside = 0;
  #closed = false;

  /**
   * @param limit - how many may be inside at once
   * @param name - who is behind it, for messages
   */
  constructor(limit: number, name: string) {
    this.#limit = limit;
    this.#name = name;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.length;
  }

  /** How many are inside. */
  get inside(): number {
    return this.#inside;
  }

  /**
   * Waits for a turn; whoever got one must {@link Turnstile.leave}.
   *
   * @throws FramerailError `E_ABORTED`, or `E_CLOSED` after {@link Turnstile.close}
   */
  async enter(signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw closedError(this.#name);
    if (signal?.aborted) throw abortError(signal, `A frame for ${this.#name}`);
    if (this.#inside < this.#limit) {
      this.#inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      let off = (): void => {};
      const place = {
        enter: () => {
          off();
          resolve();
        },
        refuse: (error: unknown) => {
          off();
          reject(error);
        },
      };
      this.#line.push(place);
      off = onAbort(signal, () => {
        this.#line.splice(this.#line.indexOf(place), 1);
        reject(abortError(signal as AbortSignal, `A frame for ${this.#name}`));
      });
    });
  }

  /** Ends a turn and lets the next one in. */
  leave(): void {
    const next = this.#line.shift();
    if (next === undefined) this.#inside -= 1;
    else next.enter();
  }

  /** Lets nobody in any more and refuses those who wait. Harmless when called twice. */
  close(): void {
    this.#closed = true;
    for (const place of this.#line.splice(0)) place.refuse(closedError(this.#name));
  }
}

/** What a closed backend or processor answers. */
export function closedError(name: string): FramerailError {
  return new FramerailError({
    code: 'E_CLOSED',
    message: `${name} is closed and takes no more frames; make another one`,
    details: { name },
  });
}
