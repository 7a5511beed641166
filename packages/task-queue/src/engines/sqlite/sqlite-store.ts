import type { DatabaseSync } from 'node:sqlite';
import { isFramerailError } from '@framerail/lifecycle';
import { Statements } from './statements.js';
import { isLasting, perform, type StoreCall } from './store-calls.js';
import { StoreLedger } from './store-ledger.js';
import { StoreTasks } from './store-tasks.js';

/** What became of a call. */
export type CallOutcome = { readonly value: unknown } | { readonly error: unknown };

/** The writing side of a queue's file. Everything that it is given at once is one transaction. Synchronous; owns its connection. */
export class SqliteStore {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;
  readonly #isDurable: boolean;
  #synchronous = '';

  /** @param isDurable - whether what lasts is on the disk before it is answered */
  constructor(database: DatabaseSync, isDurable: boolean) {
    this.#database = database;
    this.#sql = new Statements(database);
    this.#isDurable = isDurable;
  }

  /**
   * Does calls, all in one transaction. A call that is refused changes nothing and is refused alone.
   *
   * @throws whatever SQLite throws; nothing is done then
   */
  transact(calls: readonly StoreCall[]): readonly CallOutcome[] {
    this.#syncBy(this.#isDurable && calls.some(isLasting) ? 'FULL' : 'NORMAL');
    this.#sql.run('BEGIN IMMEDIATE');
    try {
      const ledger = new StoreLedger(this.#sql);
      const parts = { sql: this.#sql, ledger, tasks: new StoreTasks(this.#sql, ledger) };
      const outcomes = calls.map((call): CallOutcome => {
        try {
          return { value: perform(parts, call) };
        } catch (error) {
          // Refusals come before any change; what else is thrown undoes everything.
          if (isFramerailError(error)) return { error };
          throw error;
        }
      });
      ledger.flush();
      this.#sql.run('COMMIT');
      return outcomes;
    } catch (error) {
      if (this.#database.isTransaction) this.#sql.run('ROLLBACK');
      throw error;
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#database.close();
  }

  #syncBy(synchronous: 'FULL' | 'NORMAL'): void {
    if (this.#synchronous === synchronous) return;
    this.#database.exec(`PRAGMA synchronous = ${synchronous}`);
    this.#synchronous = synchronous;
  }
}
