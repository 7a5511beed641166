import type { AddOptions } from '../queue/add-options.js';
import type { Timing } from './timing.js';

/** When and how a task is added again and again. */
export interface RepeatOptions extends Timing, Omit<AddOptions, 'delayMs' | 'after' | 'signal' | 'key'> {
  /** Whether one is left out while the one before isn't final; default `true`. */
  readonly skipWhileRunning?: boolean | undefined;
}

/** A schedule as it stands. */
export interface ScheduleSnapshot {
  /** Its name. */
  readonly id: string;
  /** Which handler does it. */
  readonly name: string;
  /** What each task works on. */
  readonly data: unknown;
  /** When tasks are added. */
  readonly timing: Timing;
  /** When the next one is due, in milliseconds since 1970. */
  readonly nextAtMs: number;
}
