import type { TaskRecord } from '../../task/task-record.js';
import { engineClosed } from '../engine-input.js';
import type { TaskQuery } from '../task-engine.js';
import { insisting } from './open-database.js';
import { connect } from './queue-file.js';
import { storeError } from './store-errors.js';
import type { StoreSettings } from './store-line.js';
import { StoreReader } from './store-reader.js';

/** Milliseconds for which SQLite waits by itself; readers hardly ever have to. */
const BLOCK_MS = 5;
/** Tasks that are read at once; a longer list is read in pieces, between which the event loop gets its turn. */
const PIECE = 100;

/** Reads a queue's file in this thread. */
export class ReadingLine {
  readonly #settings: StoreSettings;
  #reader: StoreReader | undefined;

  constructor(settings: StoreSettings) {
    this.#settings = settings;
  }

  /** Opens a connection to a file that is there. */
  async open(): Promise<void> {
    const { path, busyTimeoutMs, access } = this.#settings;
    try {
      const database = await insisting(
        () => connect(path, BLOCK_MS, access === 'read'),
        performance.now() + busyTimeoutMs,
      );
      database.exec('PRAGMA query_only = 1');
      this.#reader = new StoreReader(database);
    } catch (error) {
      throw storeError(error, path);
    }
  }

  /** Asks something. */
  async read<T>(ask: (reader: StoreReader) => T): Promise<T> {
    const { path, busyTimeoutMs } = this.#settings;
    try {
      return await insisting(() => {
        if (this.#reader === undefined) throw engineClosed('sqlite', true);
        return ask(this.#reader);
      }, performance.now() + busyTimeoutMs);
    } catch (error) {
      throw storeError(error, path);
    }
  }

  /** The tasks, in order of `ids`. */
  async get(ids: readonly string[]): Promise<readonly (TaskRecord | undefined)[]> {
    const found: (TaskRecord | undefined)[] = [];
    for (let at = 0; at < ids.length; at += PIECE) {
      if (at > 0) await turn();
      found.push(...(await this.read((reader) => reader.get(ids.slice(at, at + PIECE)))));
    }
    return found;
  }

  /** A page of tasks. */
  async list(query: TaskQuery): Promise<readonly TaskRecord[]> {
    const found: TaskRecord[] = [];
    for (;;) {
      const limit = Math.min(PIECE, query.limit - found.length);
      const afterId = found.at(-1)?.id ?? query.afterId;
      const piece = await this.read((reader) => reader.list({ ...query, afterId, limit }));
      found.push(...piece);
      if (piece.length < limit || found.length === query.limit) return found;
      await turn();
    }
  }

  /** A number that changes with whatever other connections write; `undefined` while it can't be told. */
  version(): number | undefined {
    try {
      return this.#reader?.version();
    } catch {
      return undefined;
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
