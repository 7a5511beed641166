import { stateOfOwner } from '@framerail/lifecycle/process-owner';
import type { TaskEngine } from '@framerail/task-queue';
import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import type { Run } from '../../command-line/run.js';
import { type QueueArguments, withQueueFile } from './queue-file.js';
import type { QueueStatus } from './queue-status.js';
import { statusText } from './status-text.js';
import { addCounts } from './totals.js';

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
