import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { FramerailError } from '@framerail/lifecycle';
import { APPLICATION_ID, FORMAT_VERSION } from './schema.js';

/** What a database says of itself. */
export interface FileIdentity {
  /** The format's version. */
  readonly version: number;
  /** Whose format it is. */
  readonly application: number;
  /** Tables and indexes. */
  readonly tables: number;
}

const WAL_PAGES = 4000;
const WAL_BYTES = 64 * 2 ** 20;

/**
 * Opens a connection to a queue's file that is there, of this version; nothing is made, renamed or repaired.
 *
 * @param busyMs - milliseconds for which SQLite waits for others by itself, in which this thread does nothing else
 * @param readOnly - whether the file is opened for reading alone
 * @throws FramerailError `E_QUEUE_NOT_FOUND`, `E_QUEUE_PATH`, `E_QUEUE_FOREIGN`, `E_QUEUE_VERSION`; and SQLite's own errors
 */
export function connect(path: string, busyMs: number, readOnly = false): DatabaseSync {
  // SQLite would make a missing one.
  if (expectFile(path) === undefined) throw noQueue(path, 'there is no such file');
  const database = new DatabaseSync(path, { timeout: busyMs, readOnly });
  try {
    const { version, application, tables } = identity(database);
    if (tables === 0 && application === 0) throw noQueue(path, 'the file is empty');
    if (application !== APPLICATION_ID) throw foreign(path);
    if (version !== FORMAT_VERSION) throw otherVersion(path, version);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads what a database says of itself. @throws SQLite's errors */
export function identity(database: DatabaseSync): FileIdentity {
  const one = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  return {
    version: one('PRAGMA user_version'),
    application: one('PRAGMA application_id'),
    tables: one('SELECT count(*) FROM sqlite_schema'),
  };
}

/** What is wrong with a database's pages; `undefined`: nothing that a look at all of them finds. */
export function damageOf(database: DatabaseSync): string | undefined {
  const rows = database.prepare('PRAGMA quick_check(1)').all();
  const problems = rows.map((row) => String(Object.values(row)[0])).join();
  return problems === 'ok' ? undefined : problems;
}

/** Settings of connections that write. */
export function tuneForWriting(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}; PRAGMA journal_size_limit = ${WAL_BYTES}`);
  database.exec('PRAGMA cache_size = -32000');
}

/** Its size in bytes; `undefined`: there is none. @throws FramerailError `E_QUEUE_PATH` for what is no file */
export function expectFile(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return stat?.size;
  throw new FramerailError({
    code: 'E_QUEUE_PATH',
    message: `Expected a file for path but ${path} is ${stat.isDirectory() ? 'a folder' : 'no file'}; name a file in it`,
    details: { path },
  });
}

/** Another program's database. */
export function foreign(path: string): FramerailError {
  return new FramerailError({
    code: 'E_QUEUE_FOREIGN',
    message: `Expected a task queue in ${path} but it is the database of another program, which is left as it is; name another path`,
    details: { path },
  });
}

function noQueue(path: string, reason: string): FramerailError {
  return new FramerailError({
    code: 'E_QUEUE_NOT_FOUND',
    message: `Expected a task queue in ${path} but ${reason}; see the path, or start the program that makes it`,
    details: { path },
  });
}

function otherVersion(path: string, version: number): FramerailError {
  return new FramerailError({
    code: 'E_QUEUE_VERSION',
    message: `Expected a task queue of format ${FORMAT_VERSION} in ${path} but its format is ${version}; use the version of Framerail that made it. Nothing was changed`,
    details: { path, version, expected: FORMAT_VERSION },
  });
}
