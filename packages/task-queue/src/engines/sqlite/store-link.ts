import { FramerailError } from '@framerail/lifecycle';
import type { SetAside } from './open-database.js';
import type { StoreCallName, StoreCalls } from './store-calls.js';
import { storeError } from './store-errors.js';
import { StoreLine, type StoreSettings } from './store-line.js';

/** The way to a store: in this thread, or in another one. */
export interface StoreLink {
  /** Opens the file. @throws FramerailError coded */
  open(): Promise<void>;
  /** Does a call. @throws FramerailError coded */
  call<Name extends StoreCallName>(
    name: Name,
    given: Parameters<StoreCalls[Name]>[0],
  ): Promise<ReturnType<StoreCalls[Name]>>;
  /** Closes the file; calls before it are answered. */
  close(): Promise<void>;
}

/** A store in this thread: its waits for the disk keep the event loop. */
export class OwnStore implements StoreLink {
  readonly #path: string;
  readonly #line: StoreLine;
  readonly #calls = new Set<Promise<unknown>>();

  constructor(settings: StoreSettings, onSetAside: (aside: SetAside) => void) {
    this.#path = settings.path;
    this.#line = new StoreLine(settings, onSetAside);
  }

  async open(): Promise<void> {
    try {
      await this.#line.open();
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }

  async call<Name extends StoreCallName>(name: Name, given: Parameters<StoreCalls[Name]>[0]) {
    const call = this.#line.call({ name, given });
    this.#calls.add(call);
    const outcome = await call;
    this.#calls.delete(call);
    if ('error' in outcome) throw storeError(outcome.error, this.#path);
    return outcome.value as ReturnType<StoreCalls[Name]>;
  }

  async close(): Promise<void> {
    await Promise.all(this.#calls);
    this.#line.close();
  }
}

/** No store: the file is opened for reading alone. */
export class ReadOnlyStore implements StoreLink {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {}

  async call(): Promise<never> {
    throw new FramerailError({
      code: 'E_QUEUE_READ_ONLY',
      message: `Expected the queue's file ${this.#path} to be opened for writing but it is opened with access: 'read'; use 'existing'`,
      details: { path: this.#path },
    });
  }

  async close(): Promise<void> {}
}
