import { type Clock, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { NewTask, ScheduleRecord, TaskEngine } from '../engines/task-engine.js';
import { expectName } from '../lanes/lane-options.js';
import { type AddingRules, type AddOptions, newTask } from '../queue/add-options.js';
import type { QueueTime } from '../queue/queue-time.js';
import type { RepeatOptions, ScheduleSnapshot } from './repeat-options.js';
import { expectTiming, nextAfter, type Timing } from './timing.js';

/** What an engine keeps of a schedule. */
interface Definition {
  readonly timing: Timing;
  readonly task: NewTask;
}

/** What a scheduler needs around it. */
export interface SchedulerParts {
  readonly engine: TaskEngine;
  readonly clock: Clock;
  readonly time: QueueTime;
  readonly rules: AddingRules;
  /** Adds a task. */
  add(task: NewTask): Promise<void>;
  /** Whether the process has to stay for what is due. */
  isNeeded(): boolean;
  onError(during: string, error: unknown): void;
}

/** Milliseconds between looks at the schedules, which other processes may change. */
const LOOK_EVERY_MS = 5000;
/** Attempts to set a schedule that others change at the same time. */
const MAX_TRIES = 100;

/** Adds tasks when they are due. A schedule is moved on before its task is added, so that of several processes only one adds it. */
export class Scheduler {
  readonly #parts: SchedulerParts;
  #cancelTimer: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = true;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Begins. */
  async start(): Promise<void> {
    this.#isStopped = false;
    await this.look();
  }

  /** Ends; resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    await this.#looking;
  }

  /** Sets a schedule. */
  async put(id: string, name: string, data: unknown, options: RepeatOptions): Promise<void> {
    expectName('id', id);
    const { engine, time, rules } = this.#parts;
    const {
      everyMs,
      cron,
      timeZone,
      skipWhileRunning = true,
      ...adding
    } = expectObject('options', options, 'options { everyMs } or { cron }');
    const timing = expectTiming({ everyMs, cron, timeZone });
    for (const name of ['delayMs', 'after', 'signal', 'key'] as const)
      if ((adding as AddOptions)[name] !== undefined)
        throw invalidArgument(name, 'nothing for a task that is repeated', (adding as AddOptions)[name]);
    const nowMs = time.now();
    const key = skipWhileRunning ? `repeat:${id}` : undefined;
    const task = { ...newTask(rules, name, data, adding, nowMs), key };
    const definition = JSON.stringify({ timing, task } satisfies Definition);
    const nextAtMs = nextAfter(timing, nowMs, undefined);
    if (nextAtMs === undefined) throw invalidArgument('cron', 'a pattern that ever comes', cron);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const known = (await engine.schedules()).find((schedule) => schedule.id === id);
      if (known === undefined) {
        if (await engine.putSchedule({ id, definition, nextAtMs }, 'absent')) break;
      } else {
        // Setting the same again, as each process does when it starts, moves nothing.
        const isSame = known.definition === definition;
        if (isSame) break;
        if (await engine.putSchedule({ id, definition, nextAtMs }, known.nextAtMs)) break;
      }
    }
    await this.look();
  }

  /** Ends a schedule. */
  async delete(id: string): Promise<boolean> {
    return this.#parts.engine.deleteSchedule(expectName('id', id));
  }

  /** All schedules. */
  async list(): Promise<readonly ScheduleSnapshot[]> {
    return (await this.#parts.engine.schedules()).flatMap(({ id, definition, nextAtMs }) => {
      const known = read(definition);
      if (known === undefined) return [];
      const { name, data } = known.task;
      return Object.freeze({ id, name, data: JSON.parse(data) as unknown, timing: known.timing, nextAtMs });
    });
  }

  /** Adds what is due, and waits for what is due next. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { engine, time, onError } = this.#parts;
    let nextMs = Number.POSITIVE_INFINITY;
    let hasSchedules = false;
    try {
      const schedules = await engine.schedules();
      hasSchedules = schedules.length > 0;
      for (const schedule of schedules) {
        if (this.#isStopped) return;
        nextMs = Math.min(
          nextMs,
          schedule.nextAtMs <= time.now() ? await this.#add(schedule) : schedule.nextAtMs,
        );
      }
    } catch (error) {
      hasSchedules = true;
      onError('schedules', error);
    }
    this.#wait(nextMs, hasSchedules);
  }

  #wait(nextMs: number, hasSchedules: boolean): void {
    const { engine, clock, time, isNeeded } = this.#parts;
    this.#cancelTimer?.();
    if (this.#isStopped || (!hasSchedules && !engine.limits.isShared)) return;
    this.#cancelTimer = clock.setTimer(
      () => void this.look(),
      Math.max(1, Math.min(LOOK_EVERY_MS, nextMs - time.now())),
      { background: !(hasSchedules && isNeeded()) },
    );
  }

  /** Adds a task that is due, unless somebody else does. @returns when the next one is due */
  async #add(schedule: ScheduleRecord): Promise<number> {
    const { engine, time, add, onError } = this.#parts;
    const definition = read(schedule.definition);
    if (definition === undefined) return Number.POSITIVE_INFINITY;
    const nowMs = time.now();
    const nextAtMs = nextAfter(definition.timing, nowMs, schedule.nextAtMs);
    const isMine =
      nextAtMs === undefined
        ? await engine.deleteSchedule(schedule.id)
        : await engine.putSchedule({ ...schedule, nextAtMs }, schedule.nextAtMs);
    if (isMine) {
      try {
        await add(definition.task);
      } catch (error) {
        onError(`repeat ${schedule.id}`, error);
      }
    }
    return nextAtMs ?? Number.POSITIVE_INFINITY;
  }
}

function read(definition: string): Definition | undefined {
  try {
    return JSON.parse(definition) as Definition;
  } catch {
    return undefined;
  }
}
