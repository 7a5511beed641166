import { storeClosed } from './store-errors.js';

/** Lets calls in until it is closed, and knows when the last one has left. */
export class CallGate {
  readonly #store: string;
  readonly #calls = new Set<Promise<unknown>>();
  #closed = false;

  constructor(store: string) {
    this.#store = store;
  }

  /** Runs a call. @throws FramerailError `E_STORE_CLOSED` */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#closed) throw storeClosed(this.#store);
    const running = call();
    this.#calls.add(running);
    try {
      return await running;
    } finally {
      this.#calls.delete(running);
    }
  }

  /** Lets no more in. Settles when all have left, however they ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#calls);
  }
}
