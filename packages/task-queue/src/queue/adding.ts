import { type Emitter, FramerailError, onAbort } from '@framerail/lifecycle';
import type { AddOutcome, NewTask, TaskEngine } from '../engines/task-engine.js';
import type { TaskWatch } from '../handle/task-watch.js';
import type { TrackedTask } from '../handle/tracked-task.js';
import { eventOf } from './event-of.js';
import type { QueueEvents } from './queue-events.js';
import type { QueueTime } from './queue-time.js';
import { TurnBatch } from './turn-batch.js';

/** What adding needs around it. */
export interface AddingParts {
  readonly engine: TaskEngine;
  readonly time: QueueTime;
  readonly events: Emitter<QueueEvents>;
  readonly watch: TaskWatch;
  /** Tasks of a lane may begin; `readyAtMs`: not before then. */
  onAdded(lane: string, readyAtMs: number): void;
  /** Tasks were added that come after others. */
  onDependents(): void;
  cancel(id: string): void;
}

/** Tasks of one step that engines take which forget them with the process: as long as the event loop may stand still. */
const MEMORY_BATCH = 256;
/** Tasks of one step otherwise: whose handles are made in a few milliseconds. */
const DURABLE_BATCH = 10_000;
/** Milliseconds of work between turns of the event loop. */
const SLICE_MS = 1;

/** Adds tasks: those of one turn of the event loop together. */
export class Adding {
  readonly #parts: AddingParts;
  readonly #batch: TurnBatch<NewTask, AddOutcome>;

  constructor(parts: AddingParts) {
    this.#parts = parts;
    const { engine, time } = parts;
    this.#batch = new TurnBatch((tasks) => engine.add(tasks, time.now()), this.#stepOf());
  }

  /** Adds a task. */
  one(task: NewTask, signal: AbortSignal | undefined): Promise<TrackedTask> {
    const { watch } = this.#parts;
    return new Promise((resolve, reject) => {
      this.#batch.push({
        item: task,
        answer: (outcome) => {
          const refusal = refusalOf(outcome);
          if (refusal === undefined)
            resolve(this.#added(watch.handle(outcome.id, isFresh(task, outcome)), task, outcome, signal));
          else reject(refusal);
        },
        fail: reject,
      });
    });
  }

  /** Adds tasks in one step. @throws FramerailError when one of them isn't added; where others are, they are cancelled again */
  async together(
    tasks: readonly NewTask[],
    signals: readonly (AbortSignal | undefined)[],
  ): Promise<readonly TrackedTask[]> {
    const { engine, time, watch, cancel } = this.#parts;
    const outcomes = await engine.add(tasks, time.now());
    const refusal = outcomes.map(refusalOf).find((error) => error !== undefined);
    if (refusal !== undefined) {
      for (const { id, outcome } of outcomes) if (outcome === 'added') cancel(id);
      throw refusal;
    }
    return tasks.map((task, index) => {
      const outcome = outcomes[index] as AddOutcome;
      return this.#added(watch.handle(outcome.id, isFresh(task, outcome)), task, outcome, signals[index]);
    });
  }

  /**
   * Adds many tasks, in steps that are short or, where tasks survive the process, few.
   *
   * @throws FramerailError as {@link Adding.together}
   */
  async many(
    tasks: readonly NewTask[],
    signals: readonly (AbortSignal | undefined)[],
  ): Promise<readonly TrackedTask[]> {
    const { engine, time, watch, cancel } = this.#parts;
    const step = this.#stepOf();
    const handles: TrackedTask[] = [];
    const added: string[] = [];
    let refusal: FramerailError | undefined;
    const slice = new Slice();
    for (let from = 0; from < tasks.length; from += step) {
      const part = tasks.length <= step ? tasks : tasks.slice(from, from + step);
      const outcomes = await engine.add(part, time.now());
      // All at once: some of the tasks may end before the event loop comes back here.
      const made = outcomes.map((outcome, at) =>
        watch.handle(outcome.id, isFresh(part[at] as NewTask, outcome)),
      );
      for (const [index, outcome] of outcomes.entries()) {
        const failure = refusalOf(outcome);
        if (failure === undefined)
          handles.push(
            this.#added(made[index] as TrackedTask, part[index] as NewTask, outcome, signals[from + index]),
          );
        else refusal ??= failure;
        if (outcome.outcome === 'added') added.push(outcome.id);
        if (slice.isOver) await slice.next();
      }
      await slice.next();
    }
    if (refusal === undefined) return handles;
    for (const id of added) cancel(id);
    throw refusal;
  }

  /** Resolves when everything that was asked has its answer. */
  idle(): Promise<void> {
    return this.#batch.idle();
  }

  #stepOf(): number {
    const { isDurable, maxBatch } = this.#parts.engine.limits;
    return Math.min(maxBatch, isDurable ? DURABLE_BATCH : MEMORY_BATCH);
  }

  #added(
    handle: TrackedTask,
    task: NewTask,
    { id, outcome }: AddOutcome,
    signal: AbortSignal | undefined,
  ): TrackedTask {
    const { events, onAdded, onDependents, cancel } = this.#parts;
    if (outcome === 'added') {
      const isBlocked = task.after.length > 0 || task.afterBatch.length > 0;
      if (isBlocked) onDependents();
      onAdded(task.lane, task.notBeforeMs);
      if (events.listenerCount('added') > 0) events.emit('added', eventOf({ ...task, id }));
    }
    if (signal !== undefined) handle.onEnd(onAbort(signal, () => cancel(id)));
    return handle;
  }
}

/** Lets the event loop turn between pieces of work. */
export class Slice {
  #untilMs = performance.now() + SLICE_MS;
  #count = 0;

  /** Whether the event loop should turn. */
  get isOver(): boolean {
    this.#count += 1;
    return this.#count % 16 === 0 && performance.now() > this.#untilMs;
  }

  /** Lets it turn. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#untilMs = performance.now() + SLICE_MS;
  }
}

/** Whether whatever becomes of a task is told here: tasks that come after others end with them, and nobody tells but the engine. */
function isFresh(task: NewTask, { outcome }: AddOutcome): boolean {
  return outcome === 'added' && task.after.length === 0 && task.afterBatch.length === 0;
}

function refusalOf({ id, outcome }: AddOutcome): FramerailError | undefined {
  if (outcome === 'unknownDependency')
    return new FramerailError({
      code: 'E_TASK_UNKNOWN',
      message: `Expected tasks of this queue in after but received the id ${id}: it never was, or was dropped since it ended (see retention)`,
      details: { id },
    });
  if (outcome === 'failedDependency')
    return new FramerailError({
      code: 'E_TASK_DEPENDENCY',
      message: `Expected tasks that can be completed in after, but ${id} has failed or was cancelled; retry it first`,
      details: { id },
    });
  return undefined;
}
