import { createEmitter, expectNumber, expectString } from '@framerail/lifecycle';
import type { LeaseRenewal } from '../../leases/lease-renewal.js';
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
import { idOf, stateName } from '../task-number.js';
import { jsonParts } from './json-parts.js';
import { ReadingLine } from './reading-line.js';
import { readSqliteOptions, type SqliteOptions, type SqliteSettings } from './sqlite-options.js';
import { OwnStore, ReadOnlyStore, type StoreLink } from './store-link.js';
import { recordOfRow } from './task-row.js';
import { ThreadedStore } from './threaded-store.js';
import { watchChanges } from './watch-changes.js';

const MAX_BATCH = 10_000;

/**
 * An engine that keeps tasks in a file: they survive the process, and several processes of one machine may share them.
 *
 * @param options - the file and its bounds
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED`
 */
export function sqlite(options: SqliteOptions): TaskEngine & { readonly renewal: LeaseRenewal | undefined } {
  return new SqliteEngine(readSqliteOptions(options));
}

class SqliteEngine implements TaskEngine {
  readonly name = 'sqlite';
  readonly limits: EngineLimits;
  readonly renewal: LeaseRenewal | undefined;
  readonly #own: SqliteSettings;
  readonly #events = createEmitter<EngineEvents>();
  readonly #store: StoreLink;
  readonly #reading: ReadingLine;
  #stopWatching: () => void = () => {};
  #state: 'new' | 'open' | 'closed' = 'new';
  #closing: Promise<void> | undefined;

  constructor(own: SqliteSettings) {
    const { settings, program, maxTasks, maxDataBytes } = own;
    this.#own = own;
    this.limits = Object.freeze({
      maxDataBytes,
      maxBatch: MAX_BATCH,
      maxTasks,
      isDurable: true,
      isShared: true,
      filtersByReserve: true,
    });
    const onSetAside = (aside: EngineEvents['setAside']): void => this.#events.emit('setAside', aside);
    this.renewal = program === undefined ? undefined : { program, settings: { path: settings.path } };
    if (program !== undefined) this.#store = new ThreadedStore(program, settings, onSetAside);
    else if (settings.access === 'read') this.#store = new ReadOnlyStore(settings.path);
    else this.#store = new OwnStore(settings, onSetAside);
    this.#reading = new ReadingLine(settings);
  }

  async open(): Promise<void> {
    if (this.#state !== 'new') throw engineClosed(this.name, true);
    await this.#store.open();
    try {
      await this.#reading.open();
    } catch (error) {
      await this.#store.close();
      throw error;
    }
    this.#state = 'open';
  }

  async add(tasks: readonly NewTask[], nowMs: number): Promise<readonly AddOutcome[]> {
    this.#expectOpen();
    const isPlain = expectNewTasks(tasks, nowMs, this.limits);
    if (tasks.length === 0) return [];
    const parts = await jsonParts(tasks);
    this.#expectOpen();
    const outcomes = await this.#change('add', { parts, nowMs, isPlain, maxTasks: this.limits.maxTasks });
    if (typeof outcomes !== 'number') return outcomes;
    return tasks.map((_, at) => ({ id: idOf(outcomes + at), outcome: 'added' }));
  }

  async claim(request: ClaimRequest): Promise<readonly TaskRecord[]> {
    this.#expectOpen();
    return (await this.#change('claim', expectClaim(request))).map(recordOfRow);
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly SettleOutcome[]> {
    this.#expectOpen();
    expectSettlements(settlements, this.limits);
    return this.#change('settle', settlements);
  }

  async renew(leases: readonly TaskLease[], leaseUntilMs: number) {
    this.#expectOpen();
    expectNumber('leaseUntilMs', leaseUntilMs);
    return this.#change('renew', { leases, leaseUntilMs });
  }

  async progress(notes: readonly (TaskLease & { readonly progress: string })[]): Promise<void> {
    this.#expectOpen();
    await this.#change('progress', notes);
  }

  async expire(nowMs: number, deadOwners: readonly string[] = []): Promise<number> {
    this.#expectOpen();
    expectNumber('nowMs', nowMs);
    return this.#change('expire', { nowMs, deadOwners });
  }

  async owners(): Promise<readonly string[]> {
    this.#expectOpen();
    return this.#reading.read((reader) => reader.owners());
  }

  async cancel(ids: readonly string[], nowMs: number): Promise<readonly (TaskState | undefined)[]> {
    this.#expectOpen();
    expectNumber('nowMs', nowMs);
    const states = await this.#change('cancel', { ids, nowMs });
    return states.map((state) => (state === undefined ? undefined : stateName(state)));
  }

  async retry(ids: readonly string[], nowMs: number): Promise<readonly boolean[]> {
    this.#expectOpen();
    expectNumber('nowMs', nowMs);
    return this.#change('retry', { ids, nowMs });
  }

  async prioritise(ids: readonly string[], priority: number): Promise<readonly boolean[]> {
    this.#expectOpen();
    return this.#change('prioritise', { ids, priority: expectPriority(priority) });
  }

  async get(ids: readonly string[]): Promise<readonly (TaskRecord | undefined)[]> {
    this.#expectOpen();
    return this.#reading.get(ids);
  }

  async list(query: TaskQuery): Promise<readonly TaskRecord[]> {
    this.#expectOpen();
    return this.#reading.list(expectQuery(query));
  }

  async counts(): Promise<readonly TaskCounts[]> {
    this.#expectOpen();
    return this.#reading.read((reader) => reader.counts());
  }

  async nextDueMs(): Promise<number | undefined> {
    this.#expectOpen();
    return this.#reading.read((reader) => reader.nextDueMs());
  }

  async pause(lane: string | undefined, isPaused: boolean): Promise<void> {
    this.#expectOpen();
    if (lane !== undefined) expectString('lane', lane);
    await this.#change('pause', { lane, isPaused });
  }

  async paused(): Promise<PauseState> {
    this.#expectOpen();
    return this.#reading.read((reader) => reader.paused());
  }

  async permit(permit: RatePermit): Promise<number> {
    this.#expectOpen();
    return this.#store.call('permit', expectPermit(permit));
  }

  async putSchedule(schedule: ScheduleRecord, ifNextAtMs: number | 'absent' | undefined): Promise<boolean> {
    this.#expectOpen();
    return this.#store.call('putSchedule', { schedule: expectSchedule(schedule), ifNextAtMs });
  }

  async deleteSchedule(id: string): Promise<boolean> {
    this.#expectOpen();
    return this.#store.call('deleteSchedule', id);
  }

  async schedules(): Promise<readonly ScheduleRecord[]> {
    this.#expectOpen();
    return this.#reading.read((reader) => reader.schedules());
  }

  async profile(name: string, profile?: string): Promise<string | undefined> {
    this.#expectOpen();
    if (profile === undefined) return this.#reading.read((reader) => reader.profile(name));
    await this.#store.call('putProfile', { name, profile });
    return profile;
  }

  async prune(request: PruneRequest): Promise<number> {
    this.#expectOpen();
    return this.#change('prune', expectPrune(request));
  }

  on<Name extends keyof EngineEvents>(name: Name, listener: (event: EngineEvents[Name]) => void): () => void {
    const off = this.#events.on(name, listener);
    this.#watch();
    return () => {
      off();
      this.#watch();
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#stopWatching();
    this.#events.clear();
    if (!wasOpen) return;
    this.#reading.close();
    await this.#store.close();
  }

  #expectOpen(): void {
    if (this.#state !== 'open') throw engineClosed(this.name, this.#state === 'closed');
  }

  /** A call that changes tasks: whoever listens here is told. */
  #change: StoreLink['call'] = async (name, given) => {
    const value = await this.#store.call(name, given);
    if (this.#events.listenerCount('changed') > 0) this.#events.emit('changed', { ids: undefined });
    return value;
  };

  /** Looks for what other processes change, while somebody listens. */
  #watch(): void {
    this.#stopWatching();
    if (this.#events.listenerCount('changed') === 0 || this.#state === 'closed') return;
    this.#stopWatching = watchChanges({
      everyMs: this.#own.pollMs,
      version: () => this.#reading.version(),
      onChange: () => this.#events.emit('changed', { ids: undefined }),
    });
  }
}
