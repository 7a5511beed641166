import type { TaskSnapshot } from '../observation/task-snapshot.js';
import type { NotedStage, ProgressNote } from '../progress/progress-note.js';
import { ProgressStream } from '../progress/progress-stream.js';
import type { ToldProgress } from '../progress/progress-teller.js';
import type { TaskState } from '../task/task-state.js';
import type { TaskHandle } from './task-handle.js';

/** How a task ended. */
export type TaskEnd =
  | { readonly state: 'completed'; readonly result: string }
  | { readonly state: 'failed' | 'cancelled' | 'gone'; readonly error: Error };

/** What a handle needs of its queue. */
export interface HandleHost {
  /** Where a task stands. */
  status(id: string): Promise<TaskSnapshot>;
  /** Cancels a task. */
  cancelOne(id: string): Promise<TaskState>;
  /** Somebody waits for it: finds out how it stands, and watches it. */
  watch(task: TrackedTask): void;
}

/** A task that is watched here: the handle of it, which all who ask for it share. */
export class TrackedTask implements TaskHandle {
  readonly id: string;
  /** Whether its whole life is known here. */
  readonly isFresh: boolean;
  readonly #host: HandleHost;
  #end: TaskEnd | undefined;
  #result: Promise<unknown> | undefined;
  #resolve: ((value: unknown) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #streams: Set<ProgressStream> | undefined;
  #last: ToldProgress | undefined;
  #attempt = 0;
  #number = 0;
  #onEnd: (() => void)[] | undefined;

  /**
   * @param isFresh - whether it was added just now, here
   */
  constructor(id: string, isFresh: boolean, host: HandleHost) {
    this.id = id;
    this.isFresh = isFresh;
    this.#host = host;
  }

  /** Whether it is known to have ended. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Whether somebody waits for it. */
  get isWatched(): boolean {
    return this.#end === undefined && (this.#resolve !== undefined || (this.#streams?.size ?? 0) > 0);
  }

  status(): Promise<TaskSnapshot> {
    return this.#host.status(this.id);
  }

  cancel(): Promise<TaskState> {
    return this.#host.cancelOne(this.id);
  }

  get result(): Promise<unknown> {
    if (this.#result === undefined) {
      this.#result = new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      });
      // Whoever looks gets the rejection; nobody has to look.
      this.#result.catch(() => {});
      if (this.#end === undefined) this.#host.watch(this);
      else this.#settle(this.#end);
    }
    return this.#result;
  }

  get progress(): AsyncIterable<unknown> {
    return { [Symbol.asyncIterator]: () => this.#read() };
  }

  /** It ended. */
  finish(end: TaskEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#settle(end);
    for (const stream of [...(this.#streams ?? [])]) stream.end();
    this.#streams = undefined;
    for (const listener of this.#onEnd?.splice(0) ?? []) listener();
  }

  /** Calls back once when it ends. */
  onEnd(listener: () => void): void {
    this.#onEnd ??= [];
    this.#onEnd.push(listener);
  }

  /** Its attempt here told something. */
  tell(told: ToldProgress): void {
    this.#last = told;
    for (const stream of this.#streams ?? []) stream.tell(told);
  }

  /** The engine has this of it: what was told in another process, and isn't known here. */
  note(note: ProgressNote): void {
    if (note.attempt < this.#attempt || (note.attempt === this.#attempt && note.number <= this.#number))
      return;
    const from = note.attempt === this.#attempt ? this.#number : 0;
    this.#attempt = note.attempt;
    this.#number = note.number;
    const stages = note.stages.filter(({ number }: NotedStage) => number > from);
    for (const { value } of stages) this.tell({ value, isStage: true });
    if (stages.at(-1)?.number !== note.number) this.tell({ value: note.value, isStage: false });
  }

  #read(): ProgressStream {
    const stream: ProgressStream = new ProgressStream(() => this.#streams?.delete(stream));
    if (this.#last !== undefined) stream.tell(this.#last);
    if (this.#end !== undefined) {
      stream.end();
      return stream;
    }
    this.#streams ??= new Set();
    this.#streams.add(stream);
    this.#host.watch(this);
    return stream;
  }

  #settle(end: TaskEnd): void {
    if (this.#resolve === undefined) return;
    if (end.state === 'completed') this.#resolve(JSON.parse(end.result));
    else this.#reject?.(end.error);
    this.#resolve = undefined;
    this.#reject = undefined;
  }
}
