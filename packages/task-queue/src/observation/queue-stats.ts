import type { HistogramSnapshot } from '@framerail/lifecycle';
import type { TaskCounts } from '../engines/task-engine.js';
import type { TaskState } from '../task/task-state.js';
import type { RunnerStats } from '../workers/task-runner.js';

/** Times of tasks that this process did, in milliseconds. */
export interface TimesStats {
  /** From when a task could have begun (added, its delay over) to when it was taken to be done. */
  readonly waitMs: HistogramSnapshot;
  /** From then to its end, failures included. */
  readonly runMs: HistogramSnapshot;
  /** Attempts that ended in this process a second, over the last minute. */
  readonly perSecond: number;
}

/** A lane. */
export interface LaneStats extends TimesStats {
  /** Its name. */
  readonly lane: string;
  /** Attempts of it that run in this process. */
  readonly running: number;
  /** Tasks of it that were taken and not begun: a few milliseconds of work. */
  readonly held: number;
  /** How many may run at once in this process. */
  readonly concurrency: number;
  /** Whether it is paused. */
  readonly isPaused: boolean;
}

/** A group of a lane. */
export interface GroupStats extends TimesStats {
  /** The lane. */
  readonly lane: string;
  /** Its name; `undefined`: all groups that came after the first few hundred, together. */
  readonly group: string | undefined;
}

/** A queue. Immutable, and as old as the call that gave it. Counts are of the engine, times of this process. */
export interface QueueStats extends TimesStats {
  /** Tasks by state, over all lanes. */
  readonly counts: Readonly<Record<TaskState, number>>;
  /** Tasks by state, of each lane and group. */
  readonly byGroup: readonly TaskCounts[];
  /** The lanes of this queue. */
  readonly lanes: readonly LaneStats[];
  /** Times by lane and group. */
  readonly groups: readonly GroupStats[];
  /** Tasks that may run at once in this process. */
  readonly slots: number;
  /** Slots that are taken. */
  readonly running: number;
  /** Those of them that are taken by handlers that ignored their signal and haven't ended. */
  readonly abandoned: number;
  /** Attempts of this process whose lease was lost, since the beginning. */
  readonly lost: number;
  /** Whether everything is paused. */
  readonly isPaused: boolean;
  /** What runs the handlers that are functions. */
  readonly runner: RunnerStats;
}
