import { DatabaseSync } from 'node:sqlite';
import { type Connection, defineQueue, defineWorker } from 'plainjob';
import type { Way } from './framerail.ts';

const QUIET = { error: console.error, warn: console.error, info: () => {}, debug: () => {} };

/** plainjob's work with Node's own SQLite, as ours has; it knows drivers by what they can do. */
function connectionOf(path: string): Connection {
  const database = new DatabaseSync(path);
  const transaction = (work: (...given: unknown[]) => unknown) => {
    const within =
      (begin: string) =>
      (...given: unknown[]): unknown => {
        database.exec(begin);
        try {
          const result = work(...given);
          database.exec('COMMIT');
          return result;
        } catch (error) {
          database.exec('ROLLBACK');
          throw error;
        }
      };
    return Object.assign(within('BEGIN'), { immediate: within('BEGIN IMMEDIATE') });
  };
  return {
    driver: 'better-sqlite3',
    filename: path,
    pragma: (text) => database.exec(`PRAGMA ${text}`),
    exec: (text) => database.exec(text),
    prepare: (text) => database.prepare(text) as unknown as ReturnType<Connection['prepare']>,
    transaction: transaction as unknown as Connection['transaction'],
    close: () => database.close(),
  };
}

/** Has plainjob do tasks that do nothing. @returns milliseconds from the first one's adding to the last one's end */
export async function doByPlainjob(
  path: string,
  tasks: number,
  way: Way,
  synchronous: 'FULL' | 'NORMAL',
): Promise<number> {
  const connection = connectionOf(path);
  const queue = defineQueue({ connection, logger: QUIET });
  // It sets NORMAL, with which what was acknowledged may be gone with the machine's power.
  connection.pragma(`synchronous = ${synchronous}`);
  let left = tasks;
  let onDone = (): void => {};
  const done = new Promise<void>((resolve) => {
    onDone = resolve;
  });
  const worker = defineWorker('noop', async () => {}, {
    queue,
    logger: QUIET,
    onCompleted: () => {
      left -= 1;
      if (left === 0) onDone();
    },
  });
  const startMs = performance.now();
  if (way === 'bulk')
    queue.addMany(
      'noop',
      Array.from({ length: tasks }, () => null),
    );
  else for (let task = 0; task < tasks; task += 1) queue.add('noop', null);
  const working = worker.start();
  await done;
  const ms = performance.now() - startMs;
  await worker.stop();
  await working;
  queue.close();
  return ms;
}
