import type { Clock } from '@framerail/lifecycle';

/** What can be too late. */
export interface Timed {
  /** When it is, by the monotonic clock; kept by {@link Deadlines}. */
  deadlineMs: number;
  /** Called once when it is. Must not throw. */
  onDeadline(timeoutMs: number): void;
}

/** Timeouts of many attempts with one timer for each length: those that began first are due first. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lines = new Map<number, { readonly timed: Set<Timed>; hasTimer: boolean }>();
  readonly #timers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on. */
  add(timed: Timed, timeoutMs: number): void {
    const line = this.#lines.get(timeoutMs) ?? { timed: new Set(), hasTimer: false };
    this.#lines.set(timeoutMs, line);
    timed.deadlineMs = this.#clock.now() + timeoutMs;
    line.timed.add(timed);
    if (!line.hasTimer) this.#arm(timeoutMs, timeoutMs);
  }

  /** It ended in time. */
  delete(timed: Timed, timeoutMs: number): void {
    this.#lines.get(timeoutMs)?.timed.delete(timed);
  }

  /** Takes all timers off. */
  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#lines.clear();
  }

  #arm(timeoutMs: number, inMs: number): void {
    const line = this.#lines.get(timeoutMs);
    if (line === undefined) return;
    line.hasTimer = true;
    const cancel = this.#clock.setTimer(
      () => {
        this.#timers.delete(cancel);
        line.hasTimer = false;
        this.#fire(timeoutMs, line.timed);
      },
      inMs,
      { background: true },
    );
    this.#timers.add(cancel);
  }

  #fire(timeoutMs: number, line: Set<Timed>): void {
    const nowMs = this.#clock.now();
    for (const timed of line) {
      // Timers of some platforms fire a fraction of a millisecond early.
      if (timed.deadlineMs > nowMs + 0.5) {
        this.#arm(timeoutMs, timed.deadlineMs - nowMs);
        return;
      }
      line.delete(timed);
      timed.onDeadline(timeoutMs);
    }
    this.#lines.delete(timeoutMs);
  }
}
