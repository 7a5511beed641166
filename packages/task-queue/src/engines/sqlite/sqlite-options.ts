import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  expectInteger,
  expectLimit,
  expectNumber,
  expectObject,
  expectOneOf,
  expectString,
  invalidArgument,
} from '@framerail/lifecycle';
import type { StoreSettings } from './store-line.js';

/** Options of {@link sqlite}. */
export interface SqliteOptions {
  /** The file; it and its folder are made where they don't exist. SQLite keeps `-wal` and `-shm` files beside it. On a local disk. */
  readonly path: string;
  /**
   * `full` (default): what was acknowledged survives a failure of power, by an fsync of each transaction. `normal`: it survives the end of the
   * process; a failure of power may take the last seconds, never the file.
   */
  readonly durability?: 'full' | 'normal' | undefined;
  /** Tasks that are kept, final ones included; default 1,000,000. */
  readonly maxTasks?: number | undefined;
  /** Bytes of a task's data or result as UTF-8; default 16 MiB. */
  readonly maxDataBytes?: number | undefined;
  /** Milliseconds to wait while other processes hold the file's lock, before `E_QUEUE_LOCKED`; default 10,000. */
  readonly busyTimeoutMs?: number | undefined;
  /** Milliseconds between looks for what other processes changed, while somebody listens; default 50. */
  readonly pollMs?: number | undefined;
  /**
   * `create` (default): a missing file is made, and one that can't be used is set aside. `existing`: neither; `open` rejects with
   * `E_QUEUE_NOT_FOUND`, `E_QUEUE_VERSION` or `E_QUEUE_CORRUPT`. `read`: the same, and whatever would write rejects with `E_QUEUE_READ_ONLY`: for tools that
   * look at a queue while others run it.
   */
  readonly access?: 'create' | 'existing' | 'read' | undefined;
  /** Whether a thread of its own writes the file (default), so that the event loop doesn't wait for the disk. */
  readonly thread?: boolean | undefined;
  /**
   * The program of that thread and of the one that renews leases: an absolute path or a `file:` URL; default: the package's own. For
   * applications that are bundled as one file: bundle a program of one line beside it, `import '@framerail/task-queue/sqlite-worker'`.
   */
  readonly program?: string | URL | undefined;
}

/** What an engine is made of. */
export interface SqliteSettings {
  readonly settings: StoreSettings;
  readonly program: URL | undefined;
  readonly pollMs: number;
  readonly maxTasks: number;
  readonly maxDataBytes: number;
}

const THREAD_BLOCK_MS = 1000;
const OWN_BLOCK_MS = 5;

/**
 * Takes the options, and fills in what is left open.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED`
 */
export function readSqliteOptions(options: SqliteOptions): SqliteSettings {
  const given = expectObject('options', options, 'options { path, … }');
  const { durability = 'full', thread = true, pollMs = 50, busyTimeoutMs = 10_000 } = given;
  const access = expectOneOf('access', given.access ?? 'create', ['create', 'existing', 'read']);
  const isDurable = expectOneOf('durability', durability, ['full', 'normal']) === 'full';
  if (typeof thread !== 'boolean') throw invalidArgument('thread', 'true or false', thread);
  const settings: StoreSettings = {
    path: resolve(expectString('path', given.path)),
    isDurable,
    busyTimeoutMs: expectNumber('busyTimeoutMs', busyTimeoutMs, { min: 0, max: 2 ** 31 - 1 }),
    blockMs: Math.min(busyTimeoutMs, thread ? THREAD_BLOCK_MS : OWN_BLOCK_MS),
    access,
  };
  return {
    settings,
    program: thread && access !== 'read' ? programOf(given.program) : undefined,
    pollMs: expectInteger('pollMs', pollMs, { min: 1, max: 2 ** 31 - 1 }),
    maxTasks: expectLimit('maxTasks', given.maxTasks ?? 1_000_000),
    maxDataBytes: expectLimit('maxDataBytes', given.maxDataBytes ?? 16 * 2 ** 20),
  };
}

/** Beside the file that this is built into. */
function programOf(program: string | URL | undefined): URL {
  const own = new URL('./sqlite-worker.js', import.meta.url);
  const url =
    program === undefined
      ? own
      : new URL(program instanceof URL ? program.href : `file://${resolve(program)}`);
  if (url.protocol === 'file:' && existsSync(fileURLToPath(url))) return url;
  throw invalidArgument(
    'program',
    'a file that imports @framerail/task-queue/sqlite-worker (bundle it beside your program and name it, or set thread: false)',
    url.href,
  );
}
