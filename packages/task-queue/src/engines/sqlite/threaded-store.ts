import { Worker } from 'node:worker_threads';
import { FramerailError } from '@framerail/lifecycle';
import type { SetAside } from './open-database.js';
import type { StoreCallName, StoreCalls } from './store-calls.js';
import { type ErrorText, storeError } from './store-errors.js';
import type { StoreSettings } from './store-line.js';
import type { StoreLink } from './store-link.js';
import { STORE_MARK, type StoreOrder, type StoreReport } from './thread-messages.js';

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A store in a thread of its own: the disk is waited for there. If the thread dies, its calls fail and the next one starts another. */
export class ThreadedStore implements StoreLink {
  readonly #program: URL;
  readonly #settings: StoreSettings;
  readonly #onSetAside: (aside: SetAside) => void;
  readonly #pending = new Map<number, PendingCall>();
  #worker: Worker | undefined;
  #starting: Promise<Worker> | undefined;
  #isClosed = false;
  #lastId = 0;

  constructor(program: URL, settings: StoreSettings, onSetAside: (aside: SetAside) => void) {
    this.#program = program;
    this.#settings = settings;
    this.#onSetAside = onSetAside;
  }

  async open(): Promise<void> {
    await this.#start();
  }

  async call<Name extends StoreCallName>(name: Name, given: Parameters<StoreCalls[Name]>[0]) {
    const worker = this.#worker ?? (await this.#start());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<ReturnType<StoreCalls[Name]>>((resolve, reject) => {
      if (this.#pending.size === 0) worker.ref();
      this.#pending.set(id, { resolve: (value) => resolve(value as ReturnType<StoreCalls[Name]>), reject });
      worker.postMessage({ kind: 'call', id, call: { name, given } } satisfies StoreOrder);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#starting?.catch(() => {});
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = endOf(worker);
    worker.ref();
    worker.postMessage({ kind: 'close' } satisfies StoreOrder);
    await exited;
  }

  #start(): Promise<Worker> {
    if (this.#isClosed) throw storeError(new Error('it was closed'), this.#settings.path);
    this.#starting ??= this.#startOne().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #startOne(): Promise<Worker> {
    const worker = new Worker(this.#program, {
      name: 'framerail-queue-store',
      workerData: { [STORE_MARK]: this.#settings },
    });
    const exited = endOf(worker);
    try {
      await new Promise<void>((resolve, reject) => {
        worker.on('message', (report: StoreReport) => {
          if (report.kind === 'open') resolve();
          else if (report.kind === 'refused') reject(errorOf(report.error));
          else this.#hear(report);
        });
        const end = (error: unknown): void => {
          const failure = storeError(error, this.#settings.path);
          if (this.#worker === worker) this.#fail(failure);
          reject(failure);
        };
        worker.once('error', end);
        worker.once('exit', (code) => end(new Error(`its thread ended with code ${code}`)));
      });
    } catch (error) {
      await exited;
      throw error;
    }
    // Only calls that wait for an answer keep the process.
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #hear(report: StoreReport): void {
    if (report.kind === 'setAside') this.#onSetAside(report.aside);
    if (report.kind !== 'done' && report.kind !== 'failed') return;
    const call = this.#pending.get(report.id);
    this.#pending.delete(report.id);
    if (this.#pending.size === 0 && !this.#isClosed) this.#worker?.unref();
    if (report.kind === 'done') call?.resolve(report.value);
    else call?.reject(errorOf(report.error));
  }

  #fail(failure: FramerailError): void {
    this.#worker = undefined;
    for (const { reject } of this.#pending.values()) reject(failure);
    this.#pending.clear();
  }
}

function errorOf({ code, message, details }: ErrorText): FramerailError {
  return new FramerailError({ code, message, details });
}

function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => worker.once('exit', () => resolve()));
}
