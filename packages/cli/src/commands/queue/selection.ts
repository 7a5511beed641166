import { invalidArgument } from '@framerail/lifecycle';
import {
  TASK_STATES,
  type TaskEngine,
  type TaskQuery,
  type TaskRecord,
  type TaskState,
} from '@framerail/task-queue';
import { type Command, Option } from 'commander';

/** Which tasks a command is about, as the command line gives it. */
export interface SelectionArguments {
  readonly state?: readonly TaskState[];
  readonly lane?: string;
  readonly name?: string;
  readonly group?: string;
  readonly key?: string;
}

/** Tasks that are read and changed at once. */
const PAGE = 1000;

/** Adds the options of {@link SelectionArguments} to a command. @param states - those that it is about */
export function withSelection(command: Command, states: readonly TaskState[]): Command {
  return command
    .addOption(
      new Option(
        '--state <states>',
        `tasks in these states, apart by commas: ${states.join(', ')}`,
      ).argParser((text: string) => parseStates(text, states)),
    )
    .option('--lane <lane>', 'tasks of this lane')
    .option('--name <name>', 'tasks of this name')
    .option('--group <group>', 'tasks of this group')
    .option('--key <key>', 'tasks of this key');
}

/** What of a query the options say. */
export function queryOf({ state, lane, name, group, key }: SelectionArguments): Omit<TaskQuery, 'limit'> {
  return { states: state, lane, name, group, key };
}

/** Whether any option restricts. */
export function isRestricted(selection: SelectionArguments): boolean {
  return Object.values(queryOf(selection)).some((value) => value !== undefined);
}

/**
 * The tasks of a query that were there when it began, page by page: those that are added meanwhile are left out, so that it ends.
 *
 * @param nowMs - milliseconds since 1970
 */
export async function* pagesOf(
  engine: TaskEngine,
  query: Omit<TaskQuery, 'limit'>,
  nowMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly TaskRecord[]> {
  for (let afterId: string | undefined; ; ) {
    signal.throwIfAborted();
    const page = await engine.list({ ...query, afterId, limit: PAGE });
    const old = page.filter(({ createdAtMs }) => createdAtMs <= nowMs);
    if (old.length > 0) yield old;
    afterId = page.at(-1)?.id;
    if (page.length < PAGE || old.length === 0) return;
  }
}

function parseStates(text: string, states: readonly TaskState[]): readonly TaskState[] {
  return text.split(',').map((part) => {
    const state = TASK_STATES.find((one) => one === part.trim().toLowerCase());
    if (state !== undefined && states.includes(state)) return state;
    throw invalidArgument('--state', `some of ${states.join(', ')}, apart by commas`, text);
  });
}
