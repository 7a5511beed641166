import { type Clock, systemClock } from '@framerail/lifecycle';

/** How exact idle times are with the system's clock, in milliseconds: memory counts as idle that much later at most. */
export const IDLE_STEP_MS = 100;

/** A stretch of time in which memory came free. */
export interface FreeSpan {
  /** Its end on the pool's clock, in milliseconds; infinite while it lasts. */
  endMs: number;
}

/**
 * Says when memory came free without reading the system's clock at every release, which would cost as much as the rest of
 * it: releases share a span, whose end is noted once, and none counts as idle before that. Other clocks are read each time.
 */
export class IdleSpans {
  readonly #clock: Clock;
  readonly #reads: boolean;
  #span: FreeSpan | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#reads = clock !== systemClock;
  }

  /** Notes that a block comes free now. */
  mark(block: { freed: FreeSpan }): void {
    if (this.#reads) block.freed.endMs = this.#clock.now();
    else block.freed = this.#span ?? this.#begin();
  }

  /** The time on the pool's clock, in milliseconds, to compare with a span's end. */
  now(): number {
    return this.#clock.now();
  }

  /** Ends the span that lasts, and its timer. */
  end(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#span !== undefined) this.#span.endMs = this.#clock.now();
    this.#span = undefined;
  }

  #begin(): FreeSpan {
    const span: FreeSpan = { endMs: Number.POSITIVE_INFINITY };
    this.#span = span;
    this.#cancelTimer = this.#clock.setTimer(() => this.end(), IDLE_STEP_MS, { background: true });
    return span;
  }
}
