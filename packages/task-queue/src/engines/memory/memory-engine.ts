import { createEmitter, expectLimit, expectNumber, expectObject, expectString } from '@framerail/lifecycle';
import type { TaskRecord } from '../../task/task-record.js';
import type { TaskState } from '../../task/task-state.js';
import {
  engineClosed,
  expectClaim,
  expectNewTasks,
  expectPermit,
  expectPriority,
  expectPrune,
  expectQuery,
  expectSchedule,
  expectSettlements,
} from '../engine-input.js';
import type {
  AddOutcome,
  ClaimRequest,
  EngineEvents,
  EngineLimits,
  NewTask,
  PauseState,
  PruneRequest,
  RatePermit,
  ScheduleRecord,
  Settlement,
  SettleOutcome,
  TaskCounts,
  TaskEngine,
  TaskLease,
  TaskQuery,
} from '../task-engine.js';
import { stateName, WAITING } from '../task-number.js';
import { SideRecords } from './side-records.js';
import { addTasks } from './task-adding.js';
import { recordOf, type TaskNode } from './task-node.js';
import { pageOf } from './task-pages.js';
import { pruneTasks } from './task-pruning.js';
import { cancelTask, expireTasks, heldTask, retryTasks, settleTask } from './task-settling.js';
import { TaskStore } from './task-store.js';

/** Options of {@link memory}. */
export interface MemoryOptions {
  /** Tasks that are kept, final ones included; default 1,000,000. */
  readonly maxTasks?: number | undefined;
  /** Bytes of a task's data or result as UTF-8; default 16 MiB. */
  readonly maxDataBytes?: number | undefined;
}

const MAX_BATCH = 100_000;

/**
 * An engine that keeps tasks in this process's memory: they end with it.
 *
 * @param options - its bounds
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function memory(options: MemoryOptions = {}): TaskEngine {
  expectObject('options', options, 'options { maxTasks, maxDataBytes }');
  return new MemoryEngine(
    expectLimit('maxTasks', options.maxTasks ?? 1_000_000),
    expectLimit('maxDataBytes', options.maxDataBytes ?? 16 * 1024 * 1024),
  );
}

class MemoryEngine implements TaskEngine {
  readonly name = 'memory';
  readonly limits: EngineLimits;
  readonly #events = createEmitter<EngineEvents>();
  readonly #store = new TaskStore((node) => {
    if (this.#listeners > 0) this.#changed.push(node.id);
  });
  #listeners = 0;
  #changed: string[] = [];
  #isOpen = false;
  #isClosed = false;
  #isPaused = false;
  readonly #beside = new SideRecords();

  constructor(maxTasks: number, maxDataBytes: number) {
    this.limits = Object.freeze({
      maxDataBytes,
      maxBatch: MAX_BATCH,
      maxTasks,
      isDurable: false,
      isShared: false,
      filtersByReserve: true,
    });
  }

  async open(): Promise<void> {
    if (this.#isClosed) throw engineClosed(this.name, true);
    this.#isOpen = true;
  }

  async add(tasks: readonly NewTask[], nowMs: number): Promise<readonly AddOutcome[]> {
    this.#expectOpen();
    const isPlain = expectNewTasks(tasks, nowMs, this.limits);
    const outcomes = addTasks(this.#store, tasks, nowMs, { isPlain, maxTasks: this.limits.maxTasks });
    this.#tell();
    return outcomes;
  }

  async claim(request: ClaimRequest): Promise<readonly TaskRecord[]> {
    this.#expectOpen();
    const { lane, limit, exceptNames, free, owner, nowMs, leaseUntilMs } = expectClaim(request);
    const line = this.#store.lanes.get(lane);
    if (line === undefined || line.isPaused || this.#isPaused) return [];
    const claimed: TaskRecord[] = [];
    line.claim(limit, exceptNames, free, (node) => {
      this.#store.activate(node, owner, nowMs, leaseUntilMs);
      claimed.push(recordOf(node));
    });
    this.#tell();
    return claimed;
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly SettleOutcome[]> {
    this.#expectOpen();
    expectSettlements(settlements, this.limits);
    const outcomes = settlements.map((one) => settleTask(this.#store, one));
    this.#tell();
    return outcomes;
  }

  async renew(
    leases: readonly TaskLease[],
    leaseUntilMs: number,
  ): Promise<readonly ('held' | 'cancel' | 'lost')[]> {
    this.#expectOpen();
    expectNumber('leaseUntilMs', leaseUntilMs);
    return leases.map((lease) => {
      const node = heldTask(this.#store, lease);
      if (node === undefined) return 'lost';
      this.#store.prolong(node, leaseUntilMs);
      return node.isCancelRequested ? 'cancel' : 'held';
    });
  }

  async progress(notes: readonly (TaskLease & { readonly progress: string })[]): Promise<void> {
    this.#expectOpen();
    for (const note of notes) {
      const node = heldTask(this.#store, note);
      if (node === undefined) continue;
      node.progress = note.progress;
      if (this.#listeners > 0) this.#changed.push(node.id);
    }
    this.#tell();
  }

  async expire(nowMs: number, deadOwners: readonly string[] = []): Promise<number> {
    this.#expectOpen();
    const changed = expireTasks(this.#store, expectNumber('nowMs', nowMs), deadOwners);
    this.#tell();
    return changed;
  }

  async owners(): Promise<readonly string[]> {
    this.#expectOpen();
    return [...new Set(Array.from(this.#store.active, ({ owner }) => owner ?? ''))];
  }

  async cancel(ids: readonly string[], nowMs: number): Promise<readonly (TaskState | undefined)[]> {
    this.#expectOpen();
    expectNumber('nowMs', nowMs);
    const nodes = ids.map((id) => this.#store.find(id));
    for (const node of nodes) if (node !== undefined) cancelTask(this.#store, node, nowMs);
    this.#tell();
    return nodes.map((node) => (node === undefined ? undefined : stateName(node.state)));
  }

  async retry(ids: readonly string[], nowMs: number): Promise<readonly boolean[]> {
    this.#expectOpen();
    expectNumber('nowMs', nowMs);
    const nodes = ids.map((id) => this.#store.find(id));
    const there = nodes.filter((node): node is TaskNode => node !== undefined);
    const revived = retryTasks(this.#store, there, nowMs);
    this.#tell();
    return nodes.map((node) => node !== undefined && revived.has(node));
  }

  async prioritise(ids: readonly string[], priority: number): Promise<readonly boolean[]> {
    this.#expectOpen();
    expectPriority(priority);
    const done = ids.map((id) => {
      const node = this.#store.find(id);
      if (node === undefined || node.state > WAITING) return false;
      this.#store.prioritise(node, priority);
      return true;
    });
    this.#tell();
    return done;
  }

  async get(ids: readonly string[]): Promise<readonly (TaskRecord | undefined)[]> {
    this.#expectOpen();
    return ids.map((id) => {
      const node = this.#store.find(id);
      return node === undefined ? undefined : recordOf(node);
    });
  }

  async list(query: TaskQuery): Promise<readonly TaskRecord[]> {
    this.#expectOpen();
    return pageOf(this.#store, expectQuery(query)).map(recordOf);
  }

  async counts(): Promise<readonly TaskCounts[]> {
    this.#expectOpen();
    return [...this.#store.lanes.values()].flatMap((lane) =>
      [...lane.groups.values()].flatMap((group) => (group.size === 0 ? [] : [group.named()])),
    );
  }

  async nextDueMs(): Promise<number | undefined> {
    this.#expectOpen();
    const due = [this.#store.delayed.peek()?.rank, this.#store.active.peek()?.rank];
    const times = due.filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async pause(lane: string | undefined, isPaused: boolean): Promise<void> {
    this.#expectOpen();
    if (lane === undefined) this.#isPaused = isPaused;
    else this.#store.lane(expectString('lane', lane)).isPaused = isPaused;
    this.#events.emit('changed', { ids: [] });
  }

  async paused(): Promise<PauseState> {
    this.#expectOpen();
    const lanes = [...this.#store.lanes.values()].filter(({ isPaused }) => isPaused);
    return { all: this.#isPaused, lanes: lanes.map(({ name }) => name) };
  }

  async permit(permit: RatePermit): Promise<number> {
    this.#expectOpen();
    return this.#beside.permit(expectPermit(permit));
  }

  async putSchedule(schedule: ScheduleRecord, ifNextAtMs: number | 'absent' | undefined): Promise<boolean> {
    this.#expectOpen();
    return this.#beside.putSchedule(expectSchedule(schedule), ifNextAtMs);
  }

  async deleteSchedule(id: string): Promise<boolean> {
    this.#expectOpen();
    return this.#beside.deleteSchedule(id);
  }

  async schedules(): Promise<readonly ScheduleRecord[]> {
    this.#expectOpen();
    return this.#beside.schedules();
  }

  async profile(name: string, profile?: string): Promise<string | undefined> {
    this.#expectOpen();
    return this.#beside.profile(name, profile);
  }

  async prune(request: PruneRequest): Promise<number> {
    this.#expectOpen();
    return pruneTasks(this.#store, expectPrune(request));
  }

  on<Name extends keyof EngineEvents>(name: Name, listener: (event: EngineEvents[Name]) => void): () => void {
    const off = this.#events.on(name, listener);
    this.#listeners = this.#events.listenerCount('changed');
    return () => {
      off();
      this.#listeners = this.#events.listenerCount('changed');
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isOpen = false;
    this.#events.clear();
    this.#listeners = 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #expectOpen(): void {
    if (!this.#isOpen) throw engineClosed(this.name, this.#isClosed);
  }

  /** Tells listeners what changed since it was told last. */
  #tell(): void {
    if (this.#changed.length === 0) return;
    const ids = [...new Set(this.#changed)];
    this.#changed = [];
    this.#events.emit('changed', { ids });
  }
}
