import type { TaskEngine } from '@framerail/task-queue';

/** What every command of a queue is given. */
export interface QueueArguments {
  /** Path of the file. */
  readonly db: string;
}

/**
 * Opens the file of a queue while `use` runs. It is never made, renamed or repaired. Neither are tasks begun, given up or dropped, as
 * a queue would: this is the store below one.
 *
 * @param path - the file
 * @param access - whether `use` changes anything
 * @throws FramerailError of `E_QUEUE_`
 */
export async function withQueueFile<T>(
  path: string,
  access: 'read' | 'existing',
  use: (engine: TaskEngine) => Promise<T>,
): Promise<T> {
  const sqlite = await loadSqlite();
  // Without a thread: there is no event loop to keep free.
  await using engine = sqlite({ path, access, thread: false });
  await engine.open();
  return await use(engine);
}

/** Node 22 tells on stderr that its SQLite is experimental, which is no news for those who run a queue. */
async function loadSqlite() {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return (await import('@framerail/task-queue/sqlite')).sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}
