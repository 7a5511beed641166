import { Worker } from 'node:worker_threads';
import { createEmitter, systemClock } from '@framerail/lifecycle';
import type { TaskLease } from '../engines/task-engine.js';
import { errorOf } from '../workers/error-record.js';
import { KEEPER_MARK, type KeeperOrder, type KeeperReport, type KeeperSettings } from './keeper-messages.js';
import type { LeaseKeeper, LeaseKeeperEvents } from './lease-keeper.js';
import type { LeaseRenewal } from './lease-renewal.js';

/** Options of a {@link ThreadKeeper}. */
export interface ThreadKeeperOptions {
  readonly renewal: LeaseRenewal;
  /** Milliseconds that a lease lasts. */
  readonly leaseMs: number;
  /** Milliseconds that the main thread may be silent before its leases are left to run out. */
  readonly maxSilenceMs: number;
}

const CLOSE_PATIENCE_MS = 1000;

/** Renews leases from a thread of its own, by the machine's clock: a handler that keeps the main thread busy keeps its lease. */
export class ThreadKeeper implements LeaseKeeper {
  readonly kind = 'thread';
  readonly #events = createEmitter<LeaseKeeperEvents>();
  readonly #options: ThreadKeeperOptions;
  readonly #leases = new Map<string, TaskLease>();
  #dropped: TaskLease[] = [];
  #worker: Worker;
  #exited: Promise<unknown> = Promise.resolve();
  readonly #stopAlive: () => void;
  #isClosed = false;

  constructor(options: ThreadKeeperOptions) {
    this.#options = options;
    this.#worker = this.#start();
    const everyMs = Math.min(options.leaseMs / 3, options.maxSilenceMs / 4);
    const timer = setInterval(() => {
      if (this.#leases.size > 0) this.#send({ kind: 'alive' });
    }, everyMs);
    timer.unref();
    this.#stopAlive = () => clearInterval(timer);
  }

  get size(): number {
    return this.#leases.size;
  }

  hold(leases: readonly TaskLease[]): void {
    for (const lease of leases) this.#leases.set(lease.id, lease);
    // At once: the handler may block this thread from the next moment on.
    this.#change(leases);
  }

  drop(leases: readonly TaskLease[]): void {
    for (const lease of leases) {
      if (this.#leases.get(lease.id)?.token !== lease.token) continue;
      this.#leases.delete(lease.id);
      if (this.#dropped.push(lease) === 1) queueMicrotask(() => this.#change([]));
    }
  }

  on<Name extends keyof LeaseKeeperEvents>(
    name: Name,
    listener: (event: LeaseKeeperEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopAlive();
    const worker = this.#worker;
    const timer = setTimeout(() => void worker.terminate(), CLOSE_PATIENCE_MS);
    worker.ref();
    worker.postMessage({ kind: 'end' } satisfies KeeperOrder);
    await this.#exited;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #change(hold: readonly TaskLease[]): void {
    const drop = this.#dropped;
    if (hold.length + drop.length === 0) return;
    this.#dropped = [];
    this.#send({ kind: 'change', drop, hold });
  }

  #send(order: KeeperOrder): void {
    if (!this.#isClosed) this.#worker.postMessage(order);
  }

  #start(): Worker {
    const { renewal, leaseMs, maxSilenceMs } = this.#options;
    const settings: KeeperSettings = { leaseMs, maxSilenceMs, settings: renewal.settings };
    const worker = new Worker(renewal.program, {
      name: 'framerail-leases',
      workerData: { [KEEPER_MARK]: settings },
    });
    worker.unref();
    worker.on('message', (report: KeeperReport) => this.#hear(report));
    worker.on('error', (error) => this.#events.emit('trouble', error));
    this.#exited = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        resolve();
        this.#onExit(worker);
      });
    });
    return worker;
  }

  #hear(report: KeeperReport): void {
    if (report.kind === 'trouble') {
      this.#events.emit('trouble', errorOf(report.error));
      return;
    }
    // What was dropped while the message was under way is nobody's concern.
    const isHeld = ({ id, token }: TaskLease): boolean => this.#leases.get(id)?.token === token;
    for (const lease of report.lost.filter(isHeld)) {
      this.#leases.delete(lease.id);
      this.#events.emit('lost', lease);
    }
    for (const lease of report.cancelled.filter(isHeld)) this.#events.emit('cancel', lease);
  }

  /** The thread died: another one takes over what is held. Not at once, as it may die again. */
  #onExit(worker: Worker): void {
    if (this.#isClosed || worker !== this.#worker) return;
    systemClock.setTimer(
      () => {
        if (this.#isClosed) return;
        this.#worker = this.#start();
        this.#send({ kind: 'change', drop: [], hold: [...this.#leases.values()] });
      },
      this.#options.leaseMs / 12,
      { background: true },
    );
  }
}
