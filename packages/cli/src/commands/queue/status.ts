import { stateOfOwner } from '@framerail/lifecycle/process-owner';
import type { TaskCounts, TaskEngine } from '@framerail/task-queue';
import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import type { Run } from '../../command-line/run.js';
import { type QueueArguments, withQueueFile } from './queue-file.js';
import { statusText } from './status-text.js';
import { addCounts, type StateCounts } from './totals.js';

/** A process that does tasks of the queue now. */
export interface WorkingProcess {
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

/** `framerail queue status`. */
export function statusCommand(run: Run): Command {
  return new Command('status')
    .description('Counts tasks by lane and state, and says what is paused and who works')
    .action(run(showStatus));
}

async function showStatus(_: CommandContext, { db }: QueueArguments): Promise<Outcome> {
  const status = await withQueueFile(db, 'read', (engine) => statusOf(engine, db));
  return { json: status, text: statusText(status) };
}

async function statusOf(engine: TaskEngine, path: string): Promise<QueueStatus> {
  const groups = await engine.counts();
  const paused = await engine.paused();
  const owners = await engine.owners();
  const names = [...new Set([...groups.map(({ lane }) => lane), ...paused.lanes])].sort();
  return {
    path,
    isPaused: paused.all,
    counts: addCounts(groups),
    lanes: names.map((lane) => ({
      lane,
      isPaused: paused.all || paused.lanes.includes(lane),
      counts: addCounts(groups.filter((group) => group.lane === lane)),
    })),
    groups,
    processes: owners.map((owner) => ({ owner, state: stateOfOwner(owner) })),
    schedules: (await engine.schedules()).map(({ id, nextAtMs }) => ({ id, nextAtMs })),
  };
}
