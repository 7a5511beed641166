/** Lets in so many bytes at once; who doesn't fit waits, in order. */
export class ByteGate {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;

  /** @param most - bytes that may be inside; one that is larger goes alone */
  constructor(most: number) {
    this.#most = most;
  }

  /** Does something with so many bytes inside. */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    while (this.#bytes > 0 && this.#bytes + bytes > this.#most)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#bytes -= bytes;
      for (const go of this.#waiting.splice(0)) go();
    }
  }
}
