import type { Clock } from '@framerail/lifecycle';
import { NOTED_STAGES, type NotedStage, stageOf } from './progress-note.js';

/** Values of one stage are told this many milliseconds apart: ten a second. */
const PROGRESS_EVERY_MS = 100;

/** A value that is told. */
export interface ToldProgress {
  /** What the handler said: a copy. */
  readonly value: unknown;
  /** Whether it begins a stage. */
  readonly isStage: boolean;
}

/**
 * Tells an attempt's progress ten times a second at most, whatever the handler does. The first value of a stage, and the last of the one before
 * it, are told at once, however fast stages change: somebody may wait for just that one.
 */
export class ProgressTeller {
  readonly #clock: Clock;
  readonly #tell: (told: ToldProgress) => void;
  readonly #attempt: number;
  #stage: string | undefined;
  #last: unknown;
  #number = 0;
  #stages: NotedStage[] = [];
  #hasPending = false;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  /** @param tell - must not throw */
  constructor(clock: Clock, attempt: number, tell: (told: ToldProgress) => void) {
    this.#clock = clock;
    this.#attempt = attempt;
    this.#tell = tell;
  }

  /** Takes a value that the handler owns no more. */
  report(value: unknown): void {
    const stage = stageOf(value);
    const isStage = this.#number === 0 || stage !== this.#stage;
    if (isStage) this.#tellPending();
    this.#number += 1;
    this.#last = value;
    this.#stage = stage;
    if (isStage) {
      if (this.#stages.push({ number: this.#number, value }) > NOTED_STAGES) this.#stages.shift();
      this.#tellNow(true);
    } else if (this.#clock.now() >= this.#quietUntilMs) this.#tellNow(false);
    else {
      this.#hasPending = true;
      this.#cancelTimer ??= this.#clock.setTimer(
        () => {
          this.#cancelTimer = undefined;
          this.#tellPending();
        },
        this.#quietUntilMs - this.#clock.now(),
        { background: true },
      );
    }
  }

  /** Tells what is left; the attempt is over. */
  end(): void {
    this.#tellPending();
    this.#cancelTimer?.();
  }

  /** What an engine is to keep, as JSON. */
  note(): string {
    return JSON.stringify({
      value: this.#last,
      attempt: this.#attempt,
      number: this.#number,
      stages: this.#stages,
    });
  }

  #tellPending(): void {
    if (this.#hasPending) this.#tellNow(false);
  }

  #tellNow(isStage: boolean): void {
    this.#hasPending = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#quietUntilMs = this.#clock.now() + PROGRESS_EVERY_MS;
    this.#tell({ value: this.#last, isStage });
  }
}
