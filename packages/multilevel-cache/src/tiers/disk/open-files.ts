import { close, open } from 'node:fs';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);

interface OpenFile {
  readonly fd: number;
  users: number;
}

/** Files that are read, of which no more than so many are open at a time. */
export class OpenFiles {
  readonly #max: number;
  /** The one that was used last at the end. */
  readonly #files = new Map<string, Promise<OpenFile>>();
  readonly #idle = new Map<string, OpenFile>();
  readonly #ready = new Map<string, OpenFile>();
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  /** @param max - files that may be open, 1 or more */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Reads a file.
   *
   * @param path - the file
   * @param isKept - whether it stays open for the next time
   * @param work - reads; must not read another file here
   */
  async use<T>(path: string, isKept: boolean, work: (fd: number) => Promise<T>): Promise<T> {
    const file = await this.#take(path);
    try {
      return await work(file.fd);
    } finally {
      file.users -= 1;
      if (file.users === 0) {
        // Marked as idle first: who waits may take it instead of closing it.
        this.#idle.set(path, file);
        if (!isKept) await this.forget(path);
        this.#waiting.shift()?.();
      }
    }
  }

  /** The descriptor of a file that is open; good until the next turn of the event loop. */
  peek(path: string): number | undefined {
    return this.#ready.get(path)?.fd;
  }

  /** Closes a file once nobody reads it: it was taken away. */
  async forget(path: string): Promise<void> {
    const file = this.#idle.get(path);
    if (file === undefined) return;
    this.#idle.delete(path);
    this.#files.delete(path);
    this.#ready.delete(path);
    await closeFile(file.fd).catch(() => {});
    this.#open -= 1;
  }

  /** Closes all that nobody reads. */
  async closeAll(): Promise<void> {
    for (const path of [...this.#idle.keys()]) await this.forget(path);
  }

  async #take(path: string): Promise<OpenFile> {
    for (;;) {
      const known = this.#files.get(path);
      if (known !== undefined) {
        const file = await known.catch(() => undefined);
        // It may have been closed, or have failed to open, meanwhile.
        if (file === undefined || this.#files.get(path) !== known) continue;
        file.users += 1;
        this.#idle.delete(path);
        return file;
      }
      if (this.#open >= this.#max) {
        const [oldest] = this.#idle.keys();
        if (oldest !== undefined) await this.forget(oldest);
        else await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      this.#open += 1;
      const opening = openFile(path, 'r').then((fd) => {
        const file = { fd, users: 0 };
        this.#ready.set(path, file);
        return file;
      });
      this.#files.set(path, opening);
      opening.catch(() => {
        this.#files.delete(path);
        this.#open -= 1;
        this.#waiting.shift()?.();
      });
      await opening;
    }
  }
}
