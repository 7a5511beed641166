import { snapshotOf, TASK_STATES, type TaskSnapshot } from '@framerail/task-queue';
import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import { numberParser } from '../../command-line/option-parsers.js';
import type { Run } from '../../command-line/run.js';
import { columns } from '../../output/columns.js';
import { type QueueArguments, withQueueFile } from './queue-file.js';
import { queryOf, type SelectionArguments, withSelection } from './selection.js';

interface ListArguments extends QueueArguments, SelectionArguments {
  readonly limit: number;
  readonly after?: string;
}

/** `framerail queue list`. */
export function listCommand(run: Run): Command {
  const command = new Command('list').description('Lists tasks in the order in which they were added');
  return withSelection(command, TASK_STATES)
    .option(
      '--limit <count>',
      'tasks at most, 1 to 1000',
      numberParser('--limit', { min: 1, max: 1000, integer: true }),
      100,
    )
    .option('--after <id>', 'tasks after this one: the last of the page before')
    .action(run(listTasks));
}

async function listTasks(
  _: CommandContext,
  { db, limit, after, ...selection }: ListArguments,
): Promise<Outcome> {
  const query = { ...queryOf(selection), afterId: after, limit };
  const tasks = (await withQueueFile(db, 'read', (engine) => engine.list(query))).map(snapshotOf);
  const next = tasks.length === limit ? tasks.at(-1)?.id : undefined;
  const more = next === undefined ? '' : `more: --after ${next}\n`;
  return { json: { path: db, tasks, next: next ?? null }, text: `${listText(tasks)}${more}` };
}

function listText(tasks: readonly TaskSnapshot[]): string {
  const rows = tasks.map(({ id, state, name, lane, group, attempts, maxAttempts, failures }) => {
    const failure = failures.at(-1);
    const last = failure === undefined ? '' : `${failure.code}: ${failure.message.split('\n', 1)[0]}`;
    return [id, state, name, lane, group, `${attempts}/${maxAttempts}`, last];
  });
  return columns([['id', 'state', 'name', 'lane', 'group', 'attempts', 'last failure'], ...rows]);
}
