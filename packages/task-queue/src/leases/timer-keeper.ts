import { type Clock, createEmitter } from '@framerail/lifecycle';
import type { TaskLease } from '../engines/task-engine.js';
import { LeaseBook } from './lease-book.js';
import type { LeaseKeeper, LeaseKeeperEvents, RenewLeases } from './lease-keeper.js';
import { RenewalRounds } from './renewal-rounds.js';

/** Options of a {@link TimerKeeper}. */
export interface TimerKeeperOptions {
  readonly renew: RenewLeases;
  /** Milliseconds that a lease lasts. */
  readonly leaseMs: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** Renews leases from this thread: enough for engines whose leases end with the process, and where no thread can be had. */
export class TimerKeeper implements LeaseKeeper {
  readonly kind = 'timer';
  readonly #book = new LeaseBook();
  readonly #events = createEmitter<LeaseKeeperEvents>();
  readonly #rounds: RenewalRounds;

  constructor(options: TimerKeeperOptions) {
    this.#rounds = new RenewalRounds({
      ...options,
      book: this.#book,
      onNews: ({ lost, cancelled }) => {
        for (const lease of lost) this.#events.emit('lost', lease);
        for (const lease of cancelled) this.#events.emit('cancel', lease);
      },
      onTrouble: (error) => this.#events.emit('trouble', error),
    });
  }

  get size(): number {
    return this.#book.size;
  }

  hold(leases: readonly TaskLease[]): void {
    this.#book.hold(leases);
    this.#rounds.start();
  }

  drop(leases: readonly TaskLease[]): void {
    this.#book.drop(leases);
  }

  on<Name extends keyof LeaseKeeperEvents>(
    name: Name,
    listener: (event: LeaseKeeperEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  async close(): Promise<void> {
    this.#rounds.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
