/** When a tier is taken out, and when it may come back. */
export interface BreakerOptions {
  /** Failures in a row that take it out; default 3. */
  readonly failures?: number | undefined;
  /** Milliseconds after which one call is tried; doubled each time it fails again. Default 1000. */
  readonly cooldownMs?: number | undefined;
  /** The most that this doubles to, in milliseconds; default 30,000. */
  readonly maxCooldownMs?: number | undefined;
}

/** `closed`: calls go through. `open`: none does. `half-open`: one is on trial. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Takes out what keeps failing, so that nobody waits for it, and tries it again now and then. */
export class CircuitBreaker {
  state: BreakerState = 'closed';
  readonly #failures: number;
  readonly #cooldownMs: number;
  readonly #maxCooldownMs: number;
  readonly #now: () => number;
  readonly #onChange: (state: BreakerState, error: unknown) => void;
  #inARow = 0;
  #currentMs: number;
  #retryAt = 0;

  /**
   * @param options - checked by the caller
   * @param now - monotonic milliseconds
   * @param onChange - hears of each new state, with the failure that led to it
   */
  constructor(
    options: BreakerOptions,
    now: () => number,
    onChange: (state: BreakerState, error: unknown) => void,
  ) {
    this.#failures = options.failures ?? 3;
    this.#cooldownMs = options.cooldownMs ?? 1000;
    this.#maxCooldownMs = Math.max(this.#cooldownMs, options.maxCooldownMs ?? 30_000);
    this.#currentMs = this.#cooldownMs;
    this.#now = now;
    this.#onChange = onChange;
  }

  /** Whether the last call that came to its end didn't fail. */
  get isWell(): boolean {
    return this.state === 'closed' && this.#inARow === 0;
  }

  /** Whether a call might go through now. */
  get mayAllow(): boolean {
    return this.state === 'closed' || (this.state === 'open' && this.#now() >= this.#retryAt);
  }

  /** Asks whether a call may go through; if it is the one on trial, its outcome must be told. */
  allows(): boolean {
    if (this.state === 'closed') return true;
    if (this.state === 'half-open' || this.#now() < this.#retryAt) return false;
    this.#become('half-open', undefined);
    return true;
  }

  /** A call came to its end. */
  succeeded(): void {
    this.#inARow = 0;
    // What was called before it was taken out says nothing of now.
    if (this.state !== 'half-open') return;
    this.#currentMs = this.#cooldownMs;
    this.#become('closed', undefined);
  }

  /** A call failed or took too long. */
  failed(error: unknown): void {
    this.#inARow += 1;
    if (this.state === 'open') return;
    if (this.state === 'half-open') this.#currentMs = Math.min(this.#currentMs * 2, this.#maxCooldownMs);
    else if (this.#inARow < this.#failures) return;
    this.#retryAt = this.#now() + this.#currentMs;
    this.#become('open', error);
  }

  #become(state: BreakerState, error: unknown): void {
    this.state = state;
    this.#onChange(state, error);
  }
}
