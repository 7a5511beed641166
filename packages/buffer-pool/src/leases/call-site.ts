/** How a pool looks for leases that nobody releases. */
export type LeakDetection = 'off' | 'sampled' | 'full';

/** One in so many loans has its place recorded while a pool allocates, and detection is `sampled`. */
export const SAMPLE_INTERVAL = 128;

/** A place in the program. Its text is made when it is asked for, which is what most of its cost would be. */
export class CallSite {
  readonly #error: Error;

  constructor() {
    this.#error = new Error('call site');
  }

  /**
   * The stack as text, a line a call.
   *
   * @param inner - how many of the innermost calls to leave out, this class not counted
   */
  describe(inner: number): string {
    const lines = (this.#error.stack ?? '').split('\n').filter((line) => /^\s*at |@/.test(line));
    return lines.slice(inner + 1).join('\n');
  }
}
