import type { TaskContext, TaskQueue } from '@framerail/task-queue';
import { mulberry32 } from '../../cache/hit-rate/generators.ts';
import { type ClientNotes, runClient } from './client.ts';
import type { QueuePort } from './queue-port.ts';

/** A session of clients. */
export interface SessionOptions {
  readonly port: QueuePort;
  readonly clients: number;
  /** Milliseconds in which clients call. */
  readonly ms: number;
  /** Milliseconds between the calls of each; 0: none. */
  readonly restMs: number;
  readonly seed: number;
}

/** What came of it. */
export interface SessionOutcome {
  readonly queriesPerSecond: number;
  /** Milliseconds that 99 of 100 status queries took at most. */
  readonly statusP99Ms: number;
  readonly tasks: number;
  /** What must not be: sentences; none, it is hoped. */
  readonly wrong: readonly string[];
}

/** How often each task was begun; a handler's witness. */
export type Begun = Map<string, number>;

/** Defines the tasks of clients: they wait a little and tell three times. @returns who was begun how often */
export function defineWork(queue: TaskQueue): Begun {
  const begun: Begun = new Map();
  queue.define('work', async ({ task, data, signal, progress }: TaskContext<{ ms: number }>) => {
    begun.set(task.id, (begun.get(task.id) ?? 0) + 1);
    for (const stage of ['read', 'work', 'write']) {
      progress({ stage });
      await rest(data.ms / 3, signal);
    }
  });
  return begun;
}

/** Lets clients at a queue, waits for all their tasks, and compares what they were told with what is so. */
export async function runSession(options: SessionOptions, begun: Begun): Promise<SessionOutcome> {
  const { port, clients, ms, restMs, seed } = options;
  const notes: ClientNotes = { statusMs: [], queries: 0, ends: new Map(), cancelled: new Set(), wrong: [] };
  const random = mulberry32(seed);
  const startedMs = performance.now();
  let queries = 0;
  const atEnd = setTimeout(() => {
    queries = notes.queries / ((performance.now() - startedMs) / 1000);
  }, ms);
  await Promise.all(
    Array.from({ length: clients }, (_, at) => {
      const own = mulberry32(Math.floor(random() * 2 ** 32));
      return runClient({ port, name: `client ${at}`, random: own, untilMs: startedMs + ms, restMs, notes });
    }),
  );
  clearTimeout(atEnd);
  await compare(port, notes, begun);
  return {
    queriesPerSecond: queries,
    statusP99Ms: quantile(notes.statusMs, 0.99),
    tasks: notes.ends.size,
    wrong: notes.wrong,
  };
}

async function compare(
  port: QueuePort,
  { ends, cancelled, wrong }: ClientNotes,
  begun: Begun,
): Promise<void> {
  const states = await port.states();
  for (const [id, end] of ends) {
    const state = states.get(id);
    if (state !== end) wrong.push(`${id} is ${state ?? 'lost'} and its client was told ${end}`);
    const times = begun.get(id) ?? 0;
    if (end === 'failed' || times > 1 || (end === 'completed' && times !== 1))
      wrong.push(`${id} was begun ${times} times and is ${end}`);
    if (cancelled.has(id) && end !== 'cancelled') wrong.push(`${id} was told to be cancelled and is ${end}`);
  }
  if (states.size !== ends.size) wrong.push(`${states.size} tasks are kept of ${ends.size} that were added`);
}

/** The value that so many of all are at most. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
