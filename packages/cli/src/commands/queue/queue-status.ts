import type { TaskCounts } from '@framerail/task-queue';
import type { StateCounts } from './totals.js';

/** A process that does tasks of the queue now. */
interface WorkingProcess {
  /** As the queue names it. */
  readonly owner: string;
  /** `unknown`: of another machine or container. */
  readonly state: 'alive' | 'dead' | 'unknown';
}

/** What `framerail queue status` tells; `--json` prints it. Times are milliseconds since 1970. */
export interface QueueStatus {
  readonly path: string;
  readonly isPaused: boolean;
  readonly counts: StateCounts;
  readonly lanes: readonly {
    readonly lane: string;
    readonly isPaused: boolean;
    readonly counts: StateCounts;
  }[];
  readonly groups: readonly TaskCounts[];
  /** Processes that have active tasks. */
  readonly processes: readonly WorkingProcess[];
  readonly schedules: readonly { readonly id: string; readonly nextAtMs: number }[];
}
