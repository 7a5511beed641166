import type { Clock } from '@framerail/lifecycle';
import type { LeaseBook, RenewalNews } from './lease-book.js';
import type { RenewLeases } from './lease-keeper.js';

/** What {@link RenewalRounds} needs. */
export interface RenewalRoundsOptions {
  readonly book: LeaseBook;
  readonly renew: RenewLeases;
  /** Milliseconds that a lease lasts. */
  readonly leaseMs: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Whether renewing makes sense now; default: always. */
  readonly mayRenew?: (() => boolean) | undefined;
  onNews(news: RenewalNews): void;
  onTrouble(error: unknown): void;
}

/** Renews a book's leases each third of their time, one round after the other. */
export class RenewalRounds {
  readonly #options: RenewalRoundsOptions;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(options: RenewalRoundsOptions) {
    this.#options = options;
  }

  /** Goes on while there are leases; to be called when some were added. */
  start(): void {
    if (this.#cancel === undefined) this.#next(this.#options.leaseMs / 3);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #next(delayMs: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.setTimer(() => void this.#round(), delayMs, { background: true });
  }

  async #round(): Promise<void> {
    const { book, renew, leaseMs, wallClock, mayRenew, onNews, onTrouble } = this.#options;
    if (book.size === 0) {
      this.#cancel = undefined;
      return;
    }
    let delayMs = leaseMs / 3;
    try {
      if (mayRenew?.() ?? true) {
        const news = await book.renew(renew, () => wallClock() + leaseMs);
        if (!this.#isStopped) onNews(news);
      }
    } catch (error) {
      // Sooner than the next round: the leases have two thirds of their time left at most.
      delayMs = leaseMs / 12;
      if (!this.#isStopped) onTrouble(error);
    }
    this.#next(delayMs);
  }
}
