import { type Clock, withTimeout } from '@framerail/lifecycle';
import type { CircuitBreaker } from '../breaker/circuit-breaker.js';
import type { ByteTier } from '../tiers/byte-tier.js';
import { isCallersFault, type TierResult } from './tier-failure.js';

/** How calls of a tier are guarded. */
export interface GuardOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly breaker: CircuitBreaker;
  /** Hears of every failure that the breaker counts. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Calls a tier so that nobody waits for it longer than a limit, nor at all while it is taken out; opens it before the
 * first call.
 */
export class TierGuard {
  readonly #tier: ByteTier;
  readonly #options: GuardOptions;
  #opening: Promise<void> | undefined;
  #isOpen = false;

  constructor(tier: ByteTier, options: GuardOptions) {
    this.#tier = tier;
    this.#options = options;
  }

  /**
   * Calls the tier.
   *
   * @param what - for messages, such as `get`
   * @param call - must end its work when the signal aborts, where it can
   */
  async run<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<TierResult<T>> {
    const { breaker, clock, timeoutMs } = this.#options;
    if (!breaker.allows()) return { ok: false, failure: 'out', error: undefined };
    const controller = new AbortController();
    let work: Promise<T> | undefined;
    try {
      const opened = this.#open(controller.signal);
      work = opened === undefined ? call(controller.signal) : opened.then(() => call(controller.signal));
      const value = await withTimeout(work, {
        timeoutMs,
        clock,
        what: `${what} of the tier ${this.#tier.name}`,
        onGiveUp: (error) => controller.abort(error),
      });
      breaker.succeeded();
      return { ok: true, value };
    } catch (error) {
      if (isCallersFault(error)) {
        breaker.succeeded();
        return { ok: false, failure: 'failed', error };
      }
      this.#options.onFailure(error);
      breaker.failed(error);
      const nothing = (): void => {};
      const late = controller.signal.aborted ? work?.then(nothing, nothing) : undefined;
      return { ok: false, failure: 'failed', error, late };
    }
  }

  /**
   * Asks the tier for what it has at hand.
   *
   * @param call - waits for nothing
   * @returns `undefined` too where that failed, and while the tier isn't open or not well: `run` sees to it, and counts
   */
  now<T>(call: () => T | undefined): T | undefined {
    const { breaker } = this.#options;
    if (!this.#isOpen || breaker.state !== 'closed') return undefined;
    try {
      const value = call();
      if (value !== undefined) breaker.succeeded();
      return value;
    } catch {
      return undefined;
    }
  }

  /** Opens the tier if it isn't; tried again by the next call when it fails. */
  #open(signal: AbortSignal): Promise<void> | undefined {
    if (this.#isOpen) return undefined;
    this.#opening ??= this.#tier.open({ signal }).then(
      () => {
        this.#isOpen = true;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }
}
