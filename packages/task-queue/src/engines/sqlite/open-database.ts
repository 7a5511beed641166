import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FramerailError } from '@framerail/lifecycle';
import { connect, damageOf, expectFile, foreign, identity, tuneForWriting } from './queue-file.js';
import { APPLICATION_ID, FORMAT_VERSION, SCHEMA } from './schema.js';
import { fileNumber, setAside } from './set-aside.js';
import { isBusy, isDamage } from './store-errors.js';

/** A file that was set aside. */
export interface SetAside {
  /** Where it is now. */
  readonly path: string;
  /** Why it couldn't be used. */
  readonly reason: string;
}

/**
 * Opens the file of a queue, made where there is none. One that can't be used is set aside, and a new one made.
 *
 * @param busyMs - milliseconds for which SQLite waits for others by itself, in which this thread does nothing else
 * @throws FramerailError `E_QUEUE_PATH`, `E_QUEUE_FOREIGN`; and SQLite's own errors
 */
export function openDatabase(
  path: string,
  busyMs: number,
  onSetAside: (aside: SetAside) => void,
): DatabaseSync {
  expectFile(path);
  const number = fileNumber(path);
  mkdirSync(dirname(path), { recursive: true });
  // SQLite opens what it can't write for reading. The file itself is left to SQLite alone: closing it would drop this process's locks.
  for (const place of number === undefined ? [dirname(path)] : [dirname(path), path])
    accessSync(place, constants.W_OK);
  // A single byte counts as nothing for SQLite.
  const isByte = statSync(path, { throwIfNoEntry: false })?.size === 1;
  const opened = isByte ? 'it is no SQLite database' : tryOpen(path, busyMs);
  if (typeof opened !== 'string') return opened;
  const aside = setAside(path, number, Date.now());
  if (aside !== undefined) onSetAside({ path: aside, reason: opened });
  const again = tryOpen(path, busyMs);
  if (typeof again !== 'string') return again;
  throw new FramerailError({
    code: 'E_QUEUE_CORRUPT',
    message: `Expected a new queue in ${path} to be usable but ${again}; see what else writes to it`,
    details: { path },
  });
}

/**
 * Opens the file of a queue that is there and can be used; any other is left as it is.
 *
 * @param busyMs - as in {@link openDatabase}
 * @throws FramerailError as `connect`, and `E_QUEUE_CORRUPT`; and SQLite's own errors
 */
export function openExisting(path: string, busyMs: number): DatabaseSync {
  if (expectFile(path) !== undefined) accessSync(path, constants.W_OK);
  const database = connect(path, busyMs);
  try {
    const damage = damageOf(database);
    if (damage !== undefined)
      throw new FramerailError({
        code: 'E_QUEUE_CORRUPT',
        message: `Expected the task queue in ${path} to be whole but it is damaged (${damage}); it was left as it is, and is set aside when a queue is opened there`,
        details: { path },
      });
    tuneForWriting(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The connection, or why the file can't be used. */
function tryOpen(path: string, busyMs: number): DatabaseSync | string {
  const database = new DatabaseSync(path, { timeout: busyMs });
  try {
    const reason = prepare(database, path);
    if (reason === undefined) return database;
    if (database.isOpen) database.close();
    return reason;
  } catch (error) {
    if (database.isOpen) database.close();
    if (isDamage(error)) return `it is damaged: ${(error as Error).message}`;
    throw error;
  }
}

function prepare(database: DatabaseSync, path: string): string | undefined {
  const { version, application, tables } = identity(database);
  if (tables > 0 && application !== APPLICATION_ID) throw foreign(path);
  if (tables > 0 && version !== FORMAT_VERSION) {
    database.close();
    expectUnused(path);
    return `its format is of version ${version}, and this program's of version ${FORMAT_VERSION}`;
  }
  const damage = damageOf(database);
  if (damage !== undefined) return `it is damaged: ${damage}`;
  tuneForWriting(database);
  if (tables === 0) create(database);
  return undefined;
}

/** Programs of another version that work with the file now keep it: SQLite says that it is busy then. */
function expectUnused(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** Makes the tables, unless another process was first. */
function create(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (identity(database).tables === 0) database.exec(SCHEMA);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Calls again while others hold the file's lock.
 *
 * @param call - what needs the lock
 * @param untilMs - when to give up, by `performance.now()`
 */
export async function insisting<T>(call: () => T, untilMs: number): Promise<T> {
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      return call();
    } catch (error) {
      if (!isBusy(error) || performance.now() + pauseMs > untilMs) throw error;
    }
    // Between half of it and the whole: those who wait together don't come back together.
    const restMs = pauseMs * (0.5 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}
