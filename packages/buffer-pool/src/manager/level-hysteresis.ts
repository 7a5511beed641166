import type { Clock, PressureLevel } from '@framerail/lifecycle';
import { PRESSURE_LEVELS, pressureRank } from './pressure-order.js';

/** Options of {@link LevelHysteresis}, checked. */
export interface LevelHysteresisOptions {
  readonly clock: Clock;
  /** Milliseconds for which a lower level must have been told before the one in force falls by a step. */
  readonly fallAfterMs: number;
  /** Told of every change. */
  readonly onChange: (level: PressureLevel, previous: PressureLevel) => void;
}

/** The level in force: rises at once, falls late and step by step, so that a level that flickers isn't followed. */
export class LevelHysteresis {
  readonly #options: LevelHysteresisOptions;
  #level: PressureLevel = 'none';
  #told: PressureLevel = 'none';
  #cancelFall: (() => void) | undefined;

  constructor(options: LevelHysteresisOptions) {
    this.#options = options;
  }

  get level(): PressureLevel {
    return this.#level;
  }

  /** Takes a level from the source. */
  tell(level: PressureLevel): void {
    this.#told = level;
    if (pressureRank(level) >= pressureRank(this.#level)) this.stop();
    if (pressureRank(level) > pressureRank(this.#level)) this.#change(level);
    else if (level !== this.#level) this.#fallLater();
  }

  /** Stops falling. */
  stop(): void {
    this.#cancelFall?.();
    this.#cancelFall = undefined;
  }

  #fallLater(): void {
    if (this.#cancelFall !== undefined) return;
    const { clock, fallAfterMs } = this.#options;
    const fall = (): void => {
      this.#cancelFall = undefined;
      const lower = PRESSURE_LEVELS[pressureRank(this.#level) - 1];
      if (lower === undefined) return;
      // The next step before this one is told of: who hears of it may tell another level.
      if (lower !== this.#told) this.#fallLater();
      this.#change(lower);
    };
    this.#cancelFall = clock.setTimer(fall, fallAfterMs, { background: true });
  }

  #change(level: PressureLevel): void {
    const previous = this.#level;
    this.#level = level;
    this.#options.onChange(level, previous);
  }
}
