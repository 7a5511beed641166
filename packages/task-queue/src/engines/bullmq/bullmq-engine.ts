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
import { type BullmqOptions, type BullmqSettings, readBullmqOptions } from './bullmq-options.js';
import { hearChanges } from './hear-changes.js';
import { addJobs } from './job-adding.js';
import * as asking from './job-asking.js';
import * as changing from './job-changing.js';
import { claimJobs, settleJobs } from './job-claiming.js';
import * as keeping from './job-keeping.js';
import { openStore } from './open-store.js';
import { RedisLink } from './redis-link.js';
import { type Renewals, renewLeases } from './serve-renewal.js';

const MAX_BATCH = 1000;

/**
 * An engine that keeps tasks in Redis, as jobs of a BullMQ queue: processes of many machines may share them. BullMQ's own tools see
 * the jobs, their data and states; BullMQ's own workers are kept from taking them, as they don't know of leases, groups and lanes.
 *
 * @param options - where Redis is, and bounds
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED`
 */
export function bullmq(options: BullmqOptions): TaskEngine & { readonly renewal: LeaseRenewal | undefined } {
  return new BullmqEngine(readBullmqOptions(options));
}

class BullmqEngine implements TaskEngine {
  readonly name = 'bullmq';
  readonly limits: EngineLimits;
  readonly renewal: LeaseRenewal | undefined;
  readonly #settings: BullmqSettings;
  readonly #events = createEmitter<EngineEvents>();
  #link: RedisLink;
  #stopHearing: () => void = () => {};
  #state: 'new' | 'open' | 'closed' = 'new';
  #closing: Promise<void> | undefined;

  constructor(settings: BullmqSettings) {
    const { address, maxDataBytes, maxTasks, program } = settings;
    this.#settings = settings;
    this.#link = new RedisLink(address);
    this.renewal = program === undefined ? undefined : { program, settings: address };
    this.limits = Object.freeze({
      maxDataBytes,
      maxBatch: MAX_BATCH,
      maxTasks,
      isDurable: true,
      isShared: true,
      filtersByReserve: true,
    });
  }

  async open(): Promise<void> {
    if (this.#state !== 'new') throw engineClosed(this.name, true);
    const { address } = this.#settings;
    let lastEventId: string;
    try {
      lastEventId = await openStore(this.#link, address);
    } catch (error) {
      await this.#link.close();
      this.#link = new RedisLink(address);
      throw error;
    }
    if (this.#closing !== undefined) throw engineClosed(this.name, true);
    this.#stopHearing = hearChanges(address, lastEventId, (ids) => this.#events.emit('changed', { ids }));
    this.#state = 'open';
  }

  async add(tasks: readonly NewTask[], nowMs: number): Promise<readonly AddOutcome[]> {
    const link = this.#open();
    const isPlain = expectNewTasks(tasks, nowMs, this.limits);
    if (tasks.length === 0) return [];
    return addJobs(link, { tasks, nowMs, isPlain, maxTasks: this.limits.maxTasks });
  }

  async claim(request: ClaimRequest): Promise<readonly TaskRecord[]> {
    return claimJobs(this.#open(), expectClaim(request));
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly SettleOutcome[]> {
    const link = this.#open();
    expectSettlements(settlements, this.limits);
    return settleJobs(link, settlements);
  }

  async renew(leases: readonly TaskLease[], leaseUntilMs: number): Promise<Renewals> {
    const link = this.#open();
    return renewLeases(link, leases, expectNumber('leaseUntilMs', leaseUntilMs));
  }

  async progress(notes: readonly (TaskLease & { readonly progress: string })[]): Promise<void> {
    await changing.noteProgress(this.#open(), notes);
  }

  async expire(nowMs: number, deadOwners: readonly string[] = []): Promise<number> {
    const link = this.#open();
    return changing.expireJobs(link, expectNumber('nowMs', nowMs), deadOwners);
  }

  async owners(): Promise<readonly string[]> {
    return asking.owners(this.#open());
  }

  async cancel(ids: readonly string[], nowMs: number): Promise<readonly (TaskState | undefined)[]> {
    const link = this.#open();
    return changing.cancelJobs(link, ids, expectNumber('nowMs', nowMs));
  }

  async retry(ids: readonly string[], nowMs: number): Promise<readonly boolean[]> {
    const link = this.#open();
    return changing.retryJobs(link, ids, expectNumber('nowMs', nowMs));
  }

  async prioritise(ids: readonly string[], priority: number): Promise<readonly boolean[]> {
    const link = this.#open();
    return changing.prioritiseJobs(link, ids, expectPriority(priority));
  }

  async get(ids: readonly string[]): Promise<readonly (TaskRecord | undefined)[]> {
    return asking.getJobs(this.#open(), ids);
  }

  async list(query: TaskQuery): Promise<readonly TaskRecord[]> {
    return asking.listJobs(this.#open(), expectQuery(query));
  }

  async counts(): Promise<readonly TaskCounts[]> {
    return asking.counts(this.#open());
  }

  async nextDueMs(): Promise<number | undefined> {
    return asking.nextDueMs(this.#open());
  }

  async pause(lane: string | undefined, isPaused: boolean): Promise<void> {
    const link = this.#open();
    if (lane !== undefined) expectString('lane', lane);
    await keeping.pause(link, lane, isPaused);
  }

  async paused(): Promise<PauseState> {
    return keeping.paused(this.#open());
  }

  async permit(permit: RatePermit): Promise<number> {
    return keeping.permit(this.#open(), expectPermit(permit));
  }

  async putSchedule(schedule: ScheduleRecord, ifNextAtMs: number | 'absent' | undefined): Promise<boolean> {
    return keeping.putSchedule(this.#open(), expectSchedule(schedule), ifNextAtMs);
  }

  async deleteSchedule(id: string): Promise<boolean> {
    return keeping.deleteSchedule(this.#open(), id);
  }

  async schedules(): Promise<readonly ScheduleRecord[]> {
    return keeping.schedules(this.#open());
  }

  async profile(name: string, profile?: string): Promise<string | undefined> {
    return keeping.profile(this.#open(), name, profile);
  }

  async prune(request: PruneRequest): Promise<number> {
    return changing.pruneJobs(this.#open(), expectPrune(request));
  }

  on<Name extends keyof EngineEvents>(name: Name, listener: (event: EngineEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#state = 'closed';
    this.#events.clear();
    this.#stopHearing();
    await this.#link.close();
  }

  #open(): RedisLink {
    if (this.#state !== 'open') throw engineClosed(this.name, this.#state === 'closed');
    return this.#link;
  }
}
