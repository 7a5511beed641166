import { abortable, invalidArgument } from '@framerail/lifecycle';
import type { TaskEngine, TaskState } from '@framerail/task-queue';
import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import type { Run } from '../../command-line/run.js';
import { EXIT_CODES } from '../../exit/exit-codes.js';
import { type QueueArguments, withQueueFile } from './queue-file.js';
import { isRestricted, pagesOf, queryOf, type SelectionArguments, withSelection } from './selection.js';

interface ChangeArguments extends QueueArguments, SelectionArguments {
  readonly all?: boolean;
}

/** What became of a task. */
interface ChangedTask {
  readonly id: string;
  /** `null`: there is no such task. */
  readonly state: TaskState | null;
  /** Whether the command did something to it. */
  readonly isChanged: boolean;
}

/** What differs between the two commands. */
interface Change {
  /** States of tasks that it is about. */
  readonly states: readonly TaskState[];
  /** What it did, for a person: `retried`. */
  readonly done: string;
  change(engine: TaskEngine, ids: readonly string[], nowMs: number): Promise<readonly ChangedTask[]>;
}

const CANCEL: Change = {
  states: ['blocked', 'delayed', 'waiting', 'active'],
  done: 'cancelled, or asked to end',
  async change(engine, ids, nowMs) {
    const before = await engine.get(ids);
    const states = await engine.cancel(ids, nowMs);
    return ids.map((id, at) => ({
      id,
      state: states[at] ?? null,
      isChanged: CANCEL.states.includes(before[at]?.state as TaskState),
    }));
  },
};

const RETRY: Change = {
  states: ['failed', 'cancelled'],
  done: 'to begin anew',
  async change(engine, ids, nowMs) {
    const answers = await engine.retry(ids, nowMs);
    const records = await engine.get(ids);
    return ids.map((id, at) => ({
      id,
      state: records[at]?.state ?? null,
      isChanged: answers[at] ?? false,
    }));
  },
};

/** `framerail queue cancel`. */
export function cancelCommand(run: Run): Command {
  const command = new Command('cancel').description('Cancels tasks; those that run are asked to end');
  return changeCommand(command, CANCEL, run);
}

/** `framerail queue retry`. */
export function retryCommand(run: Run): Command {
  const command = new Command('retry').description(
    'Lets tasks that failed or were cancelled begin anew, with all their attempts',
  );
  return changeCommand(command, RETRY, run);
}

function changeCommand(command: Command, change: Change, run: Run): Command {
  return withSelection(command.argument('[ids...]', 'tasks; or name them by options'), change.states)
    .option('--all', `all tasks that are ${change.states.join(', ')}`)
    .action(
      run((context: CommandContext, ids: readonly string[], options: ChangeArguments) =>
        changeTasks(context, change, ids, options),
      ),
    );
}

async function changeTasks(
  { signal }: CommandContext,
  change: Change,
  ids: readonly string[],
  options: ChangeArguments,
): Promise<Outcome> {
  expectOneWay(ids, options);
  const tasks = await withQueueFile(options.db, 'existing', async (engine) => {
    const nowMs = Date.now();
    if (ids.length > 0) return change.change(engine, [...new Set(ids)], nowMs);
    const query = { states: change.states, ...withoutUndefined(queryOf(options)) };
    const changed: ChangedTask[] = [];
    for await (const page of pagesOf(engine, query, nowMs, signal)) {
      const pageIds = page.map(({ id }) => id);
      changed.push(...(await abortable(change.change(engine, pageIds, nowMs), signal)));
    }
    return changed;
  });
  const isLeft = ids.length > 0 && tasks.some(({ isChanged }) => !isChanged);
  return {
    json: { path: options.db, changed: tasks.filter(({ isChanged }) => isChanged).length, tasks },
    text: changeText(tasks, change),
    exitCode: isLeft ? EXIT_CODES.input : EXIT_CODES.ok,
  };
}

function expectOneWay(ids: readonly string[], options: ChangeArguments): void {
  const ways = [ids.length > 0, options.all === true, isRestricted(options)].filter(Boolean).length;
  if (ways === 1) return;
  const received = ways === 0 ? 'none of them' : 'several of them';
  throw invalidArgument('tasks', 'ids, or options such as --lane, or --all', received);
}

function withoutUndefined(query: ReturnType<typeof queryOf>) {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

function changeText(tasks: readonly ChangedTask[], { done }: Change): string {
  const changed = tasks.filter(({ isChanged }) => isChanged);
  const left = tasks.filter(({ isChanged }) => !isChanged);
  const lines = left.map(({ id, state }) => `${id} is ${state ?? 'unknown'}, and was left as it is`);
  return `${[`${changed.length} ${changed.length === 1 ? 'task' : 'tasks'} ${done}`, ...lines].join('\n')}\n`;
}
