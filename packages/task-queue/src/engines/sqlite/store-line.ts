import { insisting, openDatabase, openExisting, type SetAside } from './open-database.js';
import { type CallOutcome, SqliteStore } from './sqlite-store.js';
import type { StoreCall } from './store-calls.js';

/** How a queue's file is opened. It can be sent to another thread. */
export interface StoreSettings {
  /** Absolute path. */
  readonly path: string;
  /** Whether what was acknowledged survives the machine's power. */
  readonly isDurable: boolean;
  /** Milliseconds to wait for other processes' locks. */
  readonly busyTimeoutMs: number;
  /** Milliseconds of it for which the thread may do nothing else. */
  readonly blockMs: number;
  /** See `SqliteOptions`. */
  readonly access: 'create' | 'existing' | 'read';
}

interface WaitingCall {
  readonly call: StoreCall;
  readonly resolve: (outcome: CallOutcome) => void;
}

/** Calls of one transaction at most. */
const MAX_CALLS = 256;

/** A store and the calls that wait for it: those that come while it is busy become one transaction, with one wait for the disk. */
export class StoreLine {
  readonly #settings: StoreSettings;
  readonly #onSetAside: (aside: SetAside) => void;
  #store: SqliteStore | undefined;
  #waiting: WaitingCall[] = [];
  #isBusy = false;

  constructor(settings: StoreSettings, onSetAside: (aside: SetAside) => void) {
    this.#settings = settings;
    this.#onSetAside = onSetAside;
  }

  /** Opens the file. */
  async open(): Promise<void> {
    const { path, isDurable, busyTimeoutMs, blockMs, access } = this.#settings;
    const database = await insisting(
      () =>
        access === 'create' ? openDatabase(path, blockMs, this.#onSetAside) : openExisting(path, blockMs),
      performance.now() + busyTimeoutMs,
    );
    this.#store = new SqliteStore(database, isDurable);
  }

  /** Does a call with those that come until it is its turn. Never rejects. */
  call(call: StoreCall): Promise<CallOutcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ call, resolve });
      if (!this.#isBusy) {
        this.#isBusy = true;
        setImmediate(() => void this.#work());
      }
    });
  }

  /** Closes the file. The caller waits for its calls before. */
  close(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_CALLS);
      const outcomes = await this.#transact(batch.map(({ call }) => call));
      for (const [at, { resolve }] of batch.entries()) resolve(outcomes[at] as CallOutcome);
      // Calls that came meanwhile are messages that only the event loop delivers.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isBusy = false;
  }

  async #transact(calls: readonly StoreCall[]): Promise<readonly CallOutcome[]> {
    const store = this.#store as SqliteStore;
    try {
      return await insisting(() => store.transact(calls), performance.now() + this.#settings.busyTimeoutMs);
    } catch (error) {
      return calls.map(() => ({ error }));
    }
  }
}
