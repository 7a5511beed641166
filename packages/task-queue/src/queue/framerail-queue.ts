import { abortable, expectInteger, expectNumber, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { NewTask } from '../engines/task-engine.js';
import { type Flow, flowOrder } from '../flow/flow-graph.js';
import { cancelledError, noSuchTask } from '../handle/task-errors.js';
import type { TaskHandle } from '../handle/task-handle.js';
import type { TrackedTask } from '../handle/tracked-task.js';
import { explain } from '../observation/explain.js';
import type { Explanation } from '../observation/explanation.js';
import { queueStats } from '../observation/make-stats.js';
import type { QueueStats } from '../observation/queue-stats.js';
import { snapshotOf, type TaskSnapshot } from '../observation/task-snapshot.js';
import type { RepeatOptions, ScheduleSnapshot } from '../schedule/repeat-options.js';
import { isFinal, type TaskState } from '../task/task-state.js';
import type { TaskHandler } from '../workers/task-handler.js';
import type { RunnerResources, TaskRunner } from '../workers/task-runner.js';
import { type AddOptions, type BulkTask, expectPriority, idOf, newTask } from './add-options.js';
import { Slice } from './adding.js';
import { type DefineOptions, definitionOf, isRunner } from './define-options.js';
import { Drains } from './drains.js';
import { eventOf } from './event-of.js';
import { Lifetime } from './lifetime.js';
import type { QueueEvents } from './queue-events.js';
import type { QueueSettings } from './queue-options.js';
import { QueueWorks } from './queue-works.js';
import type { ListQuery, TaskQueue, TaskReference } from './task-queue.js';

/** A queue over an engine. */
export class FramerailQueue implements TaskQueue {
  readonly name: string;
  readonly #works: QueueWorks;
  readonly #drains: Drains;
  readonly #life: Lifetime;

  constructor(settings: QueueSettings) {
    this.name = settings.name;
    this.#drains = new Drains(settings.engine);
    this.#works = new QueueWorks(settings, {
      cancelOne: (id) => this.#cancelOne(id),
      onProgress: () => this.#drains.look(),
      onWatch: () => this.#life.noteWatch(),
      onPoll: () => this.#life.poll(),
    });
    this.#life = new Lifetime(this.#works, this.#drains);
  }

  get resources(): RunnerResources {
    return this.#works.inProcess.resources;
  }

  on<Name extends keyof QueueEvents>(name: Name, listener: (event: QueueEvents[Name]) => void): () => void {
    return this.#works.events.on(name, listener);
  }

  open(): Promise<void> {
    return this.#life.open();
  }

  define<Data, Result>(
    name: string,
    handler: TaskHandler<Data, Result> | TaskRunner,
    options: DefineOptions<Data> = {},
  ): void {
    this.#life.expectOpen('Defining a task');
    const { names, rules, inProcess, upkeep } = this.#works;
    const definition = definitionOf(name, handler, options as unknown as DefineOptions<never>);
    if (definition.lane !== undefined && !rules.lanes.has(definition.lane))
      throw invalidArgument(
        'lane',
        `one of the queue's lanes (${[...rules.lanes].join(', ')})`,
        definition.lane,
      );
    const state = names.of(name);
    if (state.definition !== undefined) throw invalidArgument('name', 'a name that is not defined yet', name);
    for (const resource of definition.resources) inProcess.provide(resource);
    if (!isRunner(definition.work)) inProcess.define(name, definition.work);
    state.definition = definition;
    state.blockedUntilMs = Number.NEGATIVE_INFINITY;
    upkeep.noteNeeded();
    this.#life.noteDefined(name);
  }

  // No async function where the queue is open: its promise beside the batch's would be most of what adding costs.
  add<Result>(name: string, data?: unknown, options?: AddOptions): Promise<TaskHandle<Result>> {
    try {
      const added = this.#life.isOpen
        ? this.#add(name, data, options)
        : this.#life.open().then(() => this.#add(name, data, options));
      return added as Promise<TaskHandle> as Promise<TaskHandle<Result>>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async addBulk(tasks: Iterable<BulkTask>): Promise<readonly TaskHandle[]> {
    await this.#life.open();
    if (typeof tasks !== 'object' || tasks === null || !(Symbol.iterator in tasks))
      throw invalidArgument('tasks', 'a list of tasks { name, data, … }', tasks);
    const { rules, time, adding } = this.#works;
    const nowMs = time.now();
    const checked: NewTask[] = [];
    const signals: (AbortSignal | undefined)[] = [];
    const slice = new Slice();
    for (const task of tasks) {
      expectObject('tasks', task, 'tasks { name, data, … }');
      task.signal?.throwIfAborted();
      checked.push(newTask(rules, task.name, task.data, task, nowMs));
      signals.push(task.signal);
      if (slice.isOver) await slice.next();
    }
    this.#life.expectOpen('Adding tasks');
    return adding.many(checked, signals);
  }

  async flow<Names extends string>(flow: Flow<Names>): Promise<Readonly<Record<Names, TaskHandle>>> {
    await this.#life.open();
    const { names, placed } = flowOrder(flow);
    const { rules, time, adding } = this.#works;
    const nowMs = time.now();
    const tasks = placed.map(({ node, after, afterBatch }) => {
      const { name, data, ...options } = node;
      return newTask(rules, name, data, { ...options, after }, nowMs, afterBatch);
    });
    const handles = await adding.together(
      tasks,
      placed.map(({ node }) => node.signal),
    );
    return Object.freeze(
      Object.fromEntries(names.map((name, place) => [name, handles[place] as TaskHandle])) as Record<
        Names,
        TaskHandle
      >,
    );
  }

  handle<Result>(id: string): TaskHandle<Result> {
    return this.#works.watch.handle(idOf('id', id)) as TaskHandle as TaskHandle<Result>;
  }

  async status(task: TaskReference): Promise<TaskSnapshot> {
    const id = idOf('task', task);
    if (!this.#life.isOpen) await this.#life.open();
    return this.#works.status(id);
  }

  async list(query: ListQuery = {}): Promise<readonly TaskSnapshot[]> {
    await this.#life.open();
    const { limit = 100, ...wanted } = expectObject('query', query, 'a query { states, lane, … }');
    expectInteger('limit', limit, { min: 1, max: 1000 });
    return (await this.#works.settings.engine.list({ ...wanted, limit })).map(snapshotOf);
  }

  async explain(task: TaskReference): Promise<Explanation> {
    const id = idOf('task', task);
    await this.#life.open();
    const record = await this.#works.watch.record(id);
    if (record === undefined) throw noSuchTask(id);
    return explain(this.#works.explaining, record);
  }

  async stats(): Promise<QueueStats> {
    await this.#life.open();
    return queueStats(this.#works);
  }

  async cancel(tasks: TaskReference | readonly TaskReference[]): Promise<readonly (TaskState | undefined)[]> {
    const ids = listOf(tasks);
    await this.#life.open();
    const { settings, time, events, watch, claiming } = this.#works;
    const before = await settings.engine.get(ids);
    const states = await settings.engine.cancel(ids, time.now());
    for (const [index, id] of ids.entries()) {
      if (states[index] === 'active') this.#works.cancelHere(id);
      const record = before[index];
      const wasWaiting = record !== undefined && !isFinal(record.state) && record.state !== 'active';
      if (states[index] !== 'cancelled' || !wasWaiting) continue;
      watch.finish(id, { state: 'cancelled', error: cancelledError(record) });
      events.emit('cancelled', eventOf(record));
    }
    await watch.recheck();
    // Room was kept for some of them, perhaps.
    claiming.wake();
    this.#drains.look();
    return states;
  }

  async retry(tasks: TaskReference | readonly TaskReference[]): Promise<readonly boolean[]> {
    const ids = listOf(tasks);
    await this.#life.open();
    const { settings, time, claiming, upkeep } = this.#works;
    const answers = await settings.engine.retry(ids, time.now());
    claiming.wake();
    upkeep.look();
    return answers;
  }

  async prioritise(
    tasks: TaskReference | readonly TaskReference[],
    priority: number,
  ): Promise<readonly boolean[]> {
    const ids = listOf(tasks);
    expectPriority(priority);
    await this.#life.open();
    return this.#works.settings.engine.prioritise(ids, priority);
  }

  pause(lane?: string): Promise<void> {
    return this.#life.pause(lane, true);
  }

  resume(lane?: string): Promise<void> {
    return this.#life.pause(lane, false);
  }

  async repeat(id: string, name: string, data: unknown, options: RepeatOptions): Promise<void> {
    await this.#life.open();
    await this.#works.scheduler.put(id, name, data, options);
  }

  async unrepeat(id: string): Promise<boolean> {
    await this.#life.open();
    return this.#works.scheduler.delete(id);
  }

  async schedules(): Promise<readonly ScheduleSnapshot[]> {
    await this.#life.open();
    return this.#works.scheduler.list();
  }

  async drain(
    options: { readonly lane?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ) {
    await this.#life.open();
    const { lane, signal } = options;
    const letGo = this.#works.watch.stay();
    try {
      await abortable(this.#drains.wait(lane, signal), signal, 'Draining');
    } finally {
      letGo();
    }
  }

  close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    const { graceMs = 0 } = options;
    return this.#life.close(expectNumber('graceMs', graceMs, { min: 0, max: 2 ** 31 - 1 }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #add(name: string, data: unknown, options: AddOptions | undefined): Promise<TrackedTask> {
    const task = newTask(this.#works.rules, name, data, options, this.#works.time.now());
    const { signal } = options ?? {};
    signal?.throwIfAborted();
    return this.#works.adding.one(task, signal);
  }

  async #cancelOne(id: string): Promise<TaskState> {
    const [state] = await this.cancel(id);
    if (state === undefined) throw noSuchTask(id);
    return state;
  }
}

function listOf(tasks: TaskReference | readonly TaskReference[]): readonly string[] {
  return Array.isArray(tasks)
    ? tasks.map((task, index) => idOf(`tasks[${index}]`, task))
    : [idOf('task', tasks as TaskReference)];
}
