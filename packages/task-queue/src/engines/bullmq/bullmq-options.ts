import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectLimit, expectNumber, expectObject, expectString, invalidArgument } from '@framerail/lifecycle';
import type { RedisOptions } from 'ioredis';

/** Options of ioredis, but for how it gives answers. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** Options of {@link bullmq}. */
export interface BullmqOptions {
  /** Where Redis is: a URL, `redis://…` or `rediss://…`, or options of ioredis. What isn't data (functions) can't be taken. */
  readonly connection: string | ConnectionOptions;
  /** The queue's name, as BullMQ's; default `framerail`. Tasks of different names don't meet. */
  readonly queue?: string | undefined;
  /** What all keys begin with, as BullMQ's `prefix`; default `{bull}`, whose braces keep all keys in one slot of a cluster. */
  readonly prefix?: string | undefined;
  /** Tasks that are kept, final ones included; default 1,000,000. They are in Redis's memory. */
  readonly maxTasks?: number | undefined;
  /** Bytes of a task's data or result as UTF-8; default 1 MiB. */
  readonly maxDataBytes?: number | undefined;
  /** Milliseconds that a call waits for Redis to come (back), before `E_QUEUE_UNREACHABLE`; default 10,000, 60,000 at most. */
  readonly patienceMs?: number | undefined;
  /** Whether a thread of its own renews leases (default), so that a handler that blocks the event loop keeps its tasks. */
  readonly thread?: boolean | undefined;
  /**
   * The program of that thread: an absolute path or a `file:` URL; default: the package's own. For applications that are bundled as
   * one file: bundle a program of one line beside it, `import '@framerail/task-queue/bullmq-worker'`.
   */
  readonly program?: string | URL | undefined;
}

/** How a store is reached. Data: it is cloned into the thread that renews leases. */
export interface StoreAddress {
  readonly url: string | undefined;
  readonly connection: ConnectionOptions;
  readonly queue: string;
  readonly prefix: string;
  readonly patienceMs: number;
}

/** What an engine is made of. */
export interface BullmqSettings {
  readonly address: StoreAddress;
  readonly maxTasks: number;
  readonly maxDataBytes: number;
  readonly program: URL | undefined;
}

/** Answers are kept for twice as long, in Redis's memory. */
const MAX_PATIENCE_MS = 60_000;

/**
 * Takes the options, and fills in what is left open.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED`
 */
export function readBullmqOptions(options: BullmqOptions): BullmqSettings {
  const given = expectObject('options', options, 'options { connection, … }');
  const { connection, queue = 'framerail', prefix = '{bull}', patienceMs = 10_000, thread = true } = given;
  if (typeof thread !== 'boolean') throw invalidArgument('thread', 'true or false', thread);
  if (expectString('queue', queue).includes(':'))
    throw invalidArgument('queue', 'a name without colons, as BullMQ wants it', queue);
  return {
    address: {
      ...connectionOf(connection),
      queue,
      prefix: expectString('prefix', prefix),
      patienceMs: expectNumber('patienceMs', patienceMs, { min: 1, max: MAX_PATIENCE_MS }),
    },
    maxTasks: expectLimit('maxTasks', given.maxTasks ?? 1_000_000),
    maxDataBytes: expectLimit('maxDataBytes', given.maxDataBytes ?? 2 ** 20),
    program: thread ? programOf(given.program) : undefined,
  };
}

function connectionOf(connection: unknown): Pick<StoreAddress, 'url' | 'connection'> {
  const expected = 'a URL redis://… or rediss://…, or options of ioredis that are data';
  if (typeof connection === 'string') {
    if (!/^rediss?:\/\//.test(connection) || !URL.canParse(connection))
      throw invalidArgument('connection', expected, connection.replace(/\/\/.*@/, '//…@'));
    return { url: connection, connection: {} };
  }
  const given = expectObject('connection', connection as ConnectionOptions, expected);
  if (given.keyPrefix) throw invalidArgument('connection.keyPrefix', 'nothing: use prefix', given.keyPrefix);
  try {
    return { url: undefined, connection: structuredClone(given) };
  } catch {
    throw invalidArgument('connection', expected, given);
  }
}

/** Beside the file that this is built into. */
function programOf(program: string | URL | undefined): URL {
  const own = new URL('./bullmq-worker.js', import.meta.url);
  const url =
    program === undefined
      ? own
      : new URL(program instanceof URL ? program.href : `file://${resolve(program)}`);
  if (url.protocol === 'file:' && existsSync(fileURLToPath(url))) return url;
  throw invalidArgument(
    'program',
    'a file that imports @framerail/task-queue/bullmq-worker (bundle it beside your program and name it, or set thread: false)',
    url.href,
  );
}
