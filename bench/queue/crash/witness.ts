import { existsSync, readFileSync } from 'node:fs';
import type { CrashRow } from './rows.ts';

/** An attempt that began. */
export interface Beginning {
  /** The task. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The process that does it. */
  readonly pid: number;
}

/** What processes said before they were killed. */
export class Witness {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Tasks that were acknowledged. */
  acknowledged(): ReadonlySet<string> {
    return new Set(this.#lines('ack').map(([id]) => id as string));
  }

  /** Tasks that were acknowledged and that nobody is known to have completed. */
  left(): ReadonlySet<string> {
    const left = new Set(this.acknowledged());
    for (const kind of ['done', 'ended']) for (const [id] of this.#lines(kind)) left.delete(id as string);
    return left;
  }

  /** Attempts that began after a time, in milliseconds since 1970. */
  begun(afterMs: number): readonly Beginning[] {
    return this.#lines('begin')
      .map(([id = '', , atMs, pid]) => ({ id, atMs: Number(atMs), pid: Number(pid) }))
      .filter(({ atMs }) => atMs >= afterMs);
  }

  /** Adds what it saw to a row, once the last owner has ended. */
  count(row: CrashRow): void {
    const acknowledged = this.acknowledged();
    const completed = new Set(
      this.#lines('end').flatMap(([id, state]) => (state === 'completed' ? [id] : [])),
    );
    row.acknowledged += acknowledged.size;
    row.lost += [...acknowledged].filter((id) => !completed.has(id)).length;
    row.twice += surplus(this.#lines('done').map(([id]) => id as string));
    const begun = this.#lines('begin');
    row.begunTwice += surplus(begun.map(([id, attempt]) => `${id} ${attempt}`));
    row.begunAgain += begun.filter(([, attempt]) => Number(attempt) > 1).length;
  }

  #lines(kind: string): string[][] {
    if (!existsSync(this.path)) return [];
    // The last line may have been cut: nothing was told by it.
    const lines = readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => line.split(' ')).flatMap(([first, ...rest]) => (first === kind ? [rest] : []));
  }
}

/** How many of them are there again. */
const surplus = (values: readonly string[]): number => values.length - new Set(values).size;
