import { createEmitter, type Emitter } from '@framerail/lifecycle';
import { ownerName } from '@framerail/lifecycle/process-owner';
import { Admission } from '../admission/admission.js';
import { CostBook, servedAtOf } from '../admission/cost-book.js';
import { CostSampler } from '../admission/cost-sampler.js';
import { Rechecks } from '../handle/rechecks.js';
import { cancelRequestedError, leaseLostError, noSuchTask } from '../handle/task-errors.js';
import { TaskWatch } from '../handle/task-watch.js';
import { Dealer } from '../lanes/dealer.js';
import { Lane } from '../lanes/lane.js';
import { NameStates } from '../lanes/name-state.js';
import { createLeaseKeeper } from '../leases/create-lease-keeper.js';
import type { LeaseKeeper } from '../leases/lease-keeper.js';
import type { ExplainParts } from '../observation/explain.js';
import { snapshotOf } from '../observation/task-snapshot.js';
import { TimesBook } from '../observation/times-book.js';
import { Scheduler } from '../schedule/scheduler.js';
import type { TaskState } from '../task/task-state.js';
import { type InProcessRunner, inProcess } from '../workers/in-process-runner.js';
import type { AddingRules } from './add-options.js';
import { Adding } from './adding.js';
import { Attempts } from './attempts.js';
import { Claiming } from './claiming.js';
import type { Definition } from './define-options.js';
import { Gate } from './gate.js';
import { Intake } from './intake.js';
import type { QueueEvents } from './queue-events.js';
import type { QueueSettings } from './queue-options.js';
import { QueueTime } from './queue-time.js';
import { Settling } from './settling.js';
import { Upkeep } from './upkeep.js';

/** What the works can't do by themselves. */
export interface WorksHost {
  /** Cancels a task. */
  cancelOne(id: string): Promise<TaskState>;
  /** Tasks of this process ended, or other processes changed something. */
  onProgress(): void;
  /** Somebody begins to wait for a task, or nobody does any more. */
  onWatch(): void;
  /** Looks at what other processes may have changed. */
  onPoll(): Promise<void>;
}

/** Leases of engines that no other process sees last for as long as the queue. */
const FOR_EVER_MS = 1e15;

/** The parts of a queue, tied together. */
export class QueueWorks {
  readonly settings: QueueSettings;
  readonly owner = ownerName();
  readonly time: QueueTime;
  readonly events: Emitter<QueueEvents> = createEmitter<QueueEvents>();
  readonly times = new TimesBook();
  readonly costs = new CostBook();
  readonly names = new NameStates();
  readonly lanes: readonly Lane[];
  readonly inProcess: InProcessRunner;
  readonly admission: Admission | undefined;
  readonly sampler: CostSampler | undefined;
  readonly gate: Gate | undefined;
  readonly watch: TaskWatch;
  /** Looks at what other processes may have ended. */
  readonly polls: Rechecks;
  readonly #untold: Rechecks;
  readonly settling: Settling;
  readonly attempts: Attempts;
  readonly intake: Intake;
  readonly claiming: Claiming;
  readonly upkeep: Upkeep;
  readonly adding: Adding;
  readonly scheduler: Scheduler;
  readonly rules: AddingRules;
  readonly leases: LeaseKeeper | undefined;
  readonly #host: WorksHost;
  #hasDependents = false;

  constructor(settings: QueueSettings, host: WorksHost) {
    this.settings = settings;
    this.#host = host;
    const { engine, clock, wallClock, random, slots, graceMs, unknownNameMs } = settings;
    const { events, owner, times, names, costs } = this;
    const time = new QueueTime(clock, wallClock);
    this.time = time;
    this.lanes = settings.lanes.map((lane) => new Lane(lane));
    this.inProcess = inProcess({ handlers: {}, resources: settings.resources }, { graceMs, clock });
    this.rules = {
      lanes: new Set(settings.lanes.map(({ name }) => name)),
      maxDataBytes: settings.maxDataBytes,
      definition: (name) => names.definition(name),
    };
    const onError = (during: string, error: unknown): void => events.emit('engineError', { during, error });
    this.watch = new TaskWatch(
      engine,
      { status: (id) => this.status(id), cancelOne: (id) => host.cancelOne(id) },
      () => host.onWatch(),
    );
    this.polls = new Rechecks(clock, () => this.watch.recheck());
    this.#untold = new Rechecks(clock, () => this.watch.recheckUntold());
    this.leases = engine.limits.isShared ? this.#leaseKeeper(onError) : undefined;
    this.settling = new Settling(engine, clock, onError, (settled) => this.#afterSettling(settled));
    const { watch, settling } = this;
    const wakeAt = (atMs: number, isIdle?: boolean): void => this.claiming.wakeAt(atMs, isIdle);
    if (settings.admission !== undefined) {
      const admission = new Admission(settings.admission);
      const sampler = new CostSampler(settings.admission, admission.load);
      const { filtersByReserve } = engine.limits;
      this.admission = admission;
      this.sampler = sampler;
      this.gate = new Gate({ admission, costs, sampler, clock, filtersByReserve, events, wakeAt });
    }
    const { gate } = this;
    this.attempts = new Attempts({
      clock,
      time,
      random,
      maxResultBytes: engine.limits.maxDataBytes,
      events,
      watch,
      settling,
      times,
      inProcess: this.inProcess,
      onSlotFree: (run) => this.#onSlotFree(run.definition),
      onRan: (run, runMs) => gate?.learn(run.task, runMs),
      onAgain: (task, fromMs) => this.#onReady(task.lane, fromMs),
    });
    const { attempts } = this;
    this.intake = new Intake({
      engine,
      clock,
      time,
      names,
      settling,
      attempts,
      events,
      watch,
      gate,
      unknownNameMs,
      onAgain: (fromMs) => this.#onReady(undefined, fromMs),
      isServedElsewhere: (name) => this.#isServedElsewhere(name),
      wakeAt,
    });
    const { intake } = this;
    this.claiming = new Claiming({
      engine,
      clock,
      time,
      lanes: this.lanes,
      dealer: new Dealer(this.lanes, settings.ageingMs),
      names,
      slots,
      owner,
      slotsTaken: () => attempts.slots,
      unsettled: () => settling.waiting,
      leaseUntil: (nowMs) => nowMs + (engine.limits.isShared ? settings.leaseMs : FOR_EVER_MS),
      free: () => gate?.free(),
      admit: (lane, records) => {
        this.leases?.hold(records.map(({ id, token }) => ({ id, token: token as number })));
        return intake.admit(lane, records);
      },
      begin: (lane, record, nowMs) => intake.begin(lane, record, nowMs),
      onError,
    });
    const { claiming } = this;
    const isNeeded = (): boolean =>
      watch.watching > 0 || (engine.limits.isShared && names.defined().length > 0);
    this.upkeep = new Upkeep({
      engine,
      clock,
      time,
      owner,
      pollMs: settings.pollMs,
      keep: settings.keep,
      isNeeded,
      onTasksReady: () => claiming.wake(),
      onPoll: () => host.onPoll(),
      onError,
    });
    this.adding = new Adding({
      engine,
      time,
      events,
      watch,
      onAdded: (lane, readyAtMs) => this.#onReady(lane, readyAtMs),
      onDependents: () => this.#listenForDependents(),
      cancel: (id) => void host.cancelOne(id).catch(() => {}),
    });
    this.scheduler = new Scheduler({
      engine,
      clock,
      time,
      rules: this.rules,
      add: async (task) => void (await this.adding.one(task, undefined)),
      isNeeded: () => names.defined().length > 0,
      onError,
    });
  }

  /** What explaining a task needs. */
  get explaining(): ExplainParts {
    const { engine, clock, slots, unknownNameMs } = this.settings;
    const { time, lanes, names, gate, attempts } = this;
    const slotsTaken = (): number => attempts.slots;
    return { engine, clock, time, lanes, names, gate, slots, unknownNameMs, slotsTaken };
  }

  /** Where a task stands. @throws FramerailError `E_TASK_UNKNOWN` */
  async status(id: string) {
    const record = await this.watch.record(id);
    if (record === undefined) throw noSuchTask(id);
    return snapshotOf(record);
  }

  /** Nobody waits any more. */
  closeWatch(error: Error): void {
    this.polls.close();
    this.#untold.close();
    this.watch.close(error);
  }

  /** What other processes are told of a name that is served here, as JSON. */
  profileText(name: string): string {
    return this.costs.text(name, this.time.now());
  }

  #leaseKeeper(onError: (during: string, error: unknown) => void): LeaseKeeper {
    const { engine, leaseMs, clock, wallClock } = this.settings;
    const keeper = createLeaseKeeper({
      engine,
      leaseMs,
      clock,
      wallClock: wallClock === Date.now ? undefined : wallClock,
    });
    keeper.on('lost', ({ id, token }) => {
      const run = this.attempts.of(id);
      if (run?.task.token === token) this.attempts.endOne(run, 'leaseLost', leaseLostError(id));
    });
    keeper.on('cancel', ({ id }) => this.cancelHere(id));
    keeper.on('trouble', (error) => onError('renew', error));
    return keeper;
  }

  /** Ends the attempt of a task that somebody cancelled, if it runs here. */
  cancelHere(id: string): void {
    const run = this.attempts.of(id);
    if (run !== undefined) this.attempts.endOne(run, 'cancelled', cancelRequestedError(id));
    else if (this.lanes.some((lane) => lane.heldRecords().some((record) => record.id === id)))
      this.intake.cancelHeld(id);
  }

  /** Tasks may be claimed from a time on; `undefined`: of any lane. */
  #onReady(lane: string | undefined, readyAtMs: number): void {
    // A time that came while the engine was busy with it, too: the task is delayed there until somebody says that it has come.
    if (readyAtMs > 0) this.upkeep.due(readyAtMs);
    if (readyAtMs > this.time.now()) return;
    this.claiming.wake(this.lanes.find(({ settings }) => settings.name === lane));
  }

  #onSlotFree({ concurrency }: Definition): void {
    // Others of its name may wait for it, in any lane.
    if (concurrency !== Number.POSITIVE_INFINITY) this.claiming.wake();
    if (this.admission?.hasWaiting) {
      this.names.clearRoom();
      for (const each of this.lanes) each.filtersUntilMs = Number.NEGATIVE_INFINITY;
      this.claiming.wake();
    }
    this.claiming.advance();
  }

  #afterSettling(settled: readonly { readonly id: string; readonly token: number }[]): void {
    this.leases?.drop(settled);
    this.upkeep.noteEnded(settled.length);
    // What came after them may begin now.
    if (this.#hasDependents) {
      this.claiming.wake();
      this.upkeep.look();
    } else this.claiming.advance();
    this.#host.onProgress();
  }

  /** Tasks that come after others end with them; nobody tells but the engine. */
  #listenForDependents(): void {
    if (this.#hasDependents) return;
    this.#hasDependents = true;
    this.settings.engine.on('changed', ({ ids }) => {
      if (this.watch.watching === 0) return;
      if (ids === undefined) this.#untold.want();
      else void this.watch.recheck(ids);
    });
  }

  async #isServedElsewhere(name: string): Promise<boolean> {
    const { engine, unknownNameMs } = this.settings;
    if (!engine.limits.isShared) return false;
    const servedAtMs = servedAtOf(await engine.profile(name));
    return servedAtMs !== undefined && this.time.now() - servedAtMs < Math.max(unknownNameMs, 60_000);
  }
}
