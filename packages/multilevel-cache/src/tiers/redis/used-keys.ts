/** Uses that are told to Redis at once. */
const MOST = 64;
const DELAY_MS = 50;

/** Gathers which entries were used, so that a get is a read and no more. What is lost of it costs some order, nothing else. */
export class UsedKeys {
  readonly #tell: (ids: readonly string[]) => void;
  #ids = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param tell - hears of them, some at a time */
  constructor(tell: (ids: readonly string[]) => void) {
    this.#tell = tell;
  }

  /** An entry was used. */
  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size >= MOST) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), DELAY_MS).unref();
  }

  /** Tells what there is to tell. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#ids.size === 0) return;
    const ids = [...this.#ids];
    this.#ids = new Set();
    this.#tell(ids);
  }
}
