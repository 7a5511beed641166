import type { Admission, GpuTask } from './gpu-scheduler.js';

/** A task in its line. */
export interface WaitingTask {
  readonly task: GpuTask;
  readonly priority: number;
}

/** What may be said of the first task of a client: `full` ends the search, so that small tasks don't overtake it for ever. */
export type Verdict = Admission | 'full';

/** The tasks of one queue: by priority, then by client in turns, then in the order in which they came. */
export class TaskLines<Entry extends WaitingTask> {
  // The order of the inner maps is that of the turns: who had one goes to the end.
  readonly #levels = new Map<number, Map<string, Entry[]>>();
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** The highest priority that waits; `undefined` when nothing does. */
  get topPriority(): number | undefined {
    return this.#size === 0 ? undefined : Math.max(...this.#levels.keys());
  }

  /** Puts a task at the end of its client's line. */
  add(entry: Entry): void {
    const level = this.#levels.get(entry.priority) ?? new Map<string, Entry[]>();
    this.#levels.set(entry.priority, level);
    const line = level.get(entry.task.client);
    if (line === undefined) level.set(entry.task.client, [entry]);
    else line.push(entry);
    this.#size += 1;
  }

  /** Takes a task out. Returns whether it was there. */
  remove(entry: Entry): boolean {
    const line = this.#levels.get(entry.priority)?.get(entry.task.client);
    const place = line?.indexOf(entry) ?? -1;
    if (place < 0) return false;
    line?.splice(place, 1);
    this.#size -= 1;
    this.#tidy(entry);
    return true;
  }

  /** Takes everything out. */
  clear(): Entry[] {
    const all = [...this.#levels.values()].flatMap((level) => [...level.values()].flat());
    this.#levels.clear();
    this.#size = 0;
    return all;
  }

  /**
   * Takes the tasks of the next submission: all of one priority.
   *
   * @param most - tasks
   * @param judge - asked for the first task of a client; one that is refused is taken out, and the next is asked for
   * @returns the tasks, those that were refused, and whether the search was ended by `full` or skipped somebody by `wait`
   */
  take(
    most: number,
    judge: (entry: Entry) => Verdict,
  ): {
    readonly taken: Entry[];
    readonly refused: Entry[];
    readonly isFull: boolean;
    readonly skipped: boolean;
  } {
    const taken: Entry[] = [];
    const refused: Entry[] = [];
    let isFull = false;
    let skipped = false;
    const levels = [...this.#levels].sort(([a], [b]) => b - a);
    for (const [, level] of levels) {
      const skippedHere = new Set<string>();
      while (taken.length < most && !isFull) {
        const next = [...level].find(([client]) => !skippedHere.has(client));
        if (next === undefined) break;
        const [client, line] = next;
        const entry = line[0] as Entry;
        const verdict = judge(entry);
        if (verdict === 'full') isFull = true;
        else if (verdict === 'wait') skippedHere.add(client);
        else {
          this.remove(entry);
          (verdict === 'run' ? taken : refused).push(entry);
          if (verdict === 'run') this.#toTheEnd(level, client);
        }
      }
      skipped ||= skippedHere.size > 0;
      if (taken.length > 0 || isFull) break;
    }
    return { taken, refused, isFull, skipped };
  }

  #toTheEnd(level: Map<string, Entry[]>, client: string): void {
    const line = level.get(client);
    if (line === undefined) return;
    level.delete(client);
    level.set(client, line);
  }

  #tidy({ priority, task }: Entry): void {
    const level = this.#levels.get(priority);
    if (level?.get(task.client)?.length === 0) level.delete(task.client);
    if (level?.size === 0) this.#levels.delete(priority);
  }
}
