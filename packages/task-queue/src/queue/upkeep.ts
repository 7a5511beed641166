import type { Clock } from '@framerail/lifecycle';
import { stateOfOwner } from '@framerail/lifecycle/process-owner';
import type { TaskEngine } from '../engines/task-engine.js';
import type { QueueTime } from './queue-time.js';
import type { KeepSettings } from './retention.js';

/** Node's timers take no longer wait than this. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Milliseconds between looks at what may be dropped. */
const PRUNE_EVERY_MS = 5000;
/** Tasks that are dropped in one call. */
const PRUNE_BATCH = 1000;
/** Milliseconds between looks for owners that died. */
const OWNERS_EVERY_MS = 2000;

/** What the upkeep needs around it. */
export interface UpkeepParts {
  readonly engine: TaskEngine;
  readonly clock: Clock;
  readonly time: QueueTime;
  readonly owner: string;
  readonly pollMs: number;
  readonly keep: readonly KeepSettings[];
  /** Whether the process has to stay for what may come: it does tasks that others add, or somebody waits for some. */
  isNeeded(): boolean;
  /** Tasks may be waiting that were not. */
  onTasksReady(): void;
  /** Looks at what other processes may have changed. */
  onPoll(): Promise<void>;
  onError(during: string, error: unknown): void;
}

/** What has to be done now and then: delayed tasks become ready, dead workers' tasks too, old ones go. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  readonly #timers = new Set<() => void>();
  #isStopped = true;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #cancelDue: (() => void) | undefined;
  #ended = 0;
  #pruning: Promise<void> | undefined;
  #work = new Set<Promise<void>>();
  #letGo: (() => void) | undefined;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** Begins; the engine is open. */
  async start(): Promise<void> {
    this.#isStopped = false;
    const { engine, pollMs } = this.#parts;
    this.#every(PRUNE_EVERY_MS, () => this.prune());
    if (engine.limits.isShared) {
      this.#every(pollMs, () => this.#poll());
      this.#every(OWNERS_EVERY_MS, () => this.#expireDead());
      await this.#expireDead();
    }
    await this.#lookForDue();
    this.noteNeeded();
  }

  /** Tasks may have become `delayed` without anybody's saying so: those that came after others. */
  look(): void {
    if (!this.#isStopped) this.#track(this.#lookForDue());
  }

  /** Whether the process has to stay may have changed. */
  noteNeeded(): void {
    const isNeeded = !this.#isStopped && this.#parts.isNeeded();
    if (isNeeded === (this.#letGo !== undefined)) return;
    this.#letGo?.();
    // A timer that is never due: it only keeps the event loop from ending.
    this.#letGo = isNeeded ? this.#stay() : undefined;
  }

  /** Ends; resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.noteNeeded();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#cancelDue?.();
    await Promise.all([...this.#work, this.#pruning]);
  }

  /** Something is to be done at a time, in milliseconds since 1970. */
  due(atMs: number): void {
    if (atMs >= this.#dueAtMs || this.#isStopped) return;
    const { clock, time, engine, isNeeded } = this.#parts;
    this.#dueAtMs = atMs;
    this.#cancelDue?.();
    this.#cancelDue = clock.setTimer(
      () => this.#track(this.#expireDue()),
      Math.min(MAX_TIMER_MS, Math.max(0, atMs - time.now())),
      { background: engine.limits.isShared && !isNeeded() },
    );
  }

  /** Tasks ended: beyond a number of them, there is something to drop. */
  noteEnded(count: number): void {
    this.#ended += count;
    if (this.#ended >= PRUNE_BATCH && this.#pruning === undefined && !this.#isStopped) void this.prune();
  }

  /** Drops what is older, or more, than is to be kept. */
  prune(): Promise<void> {
    this.#pruning ??= this.#prune().finally(() => {
      this.#pruning = undefined;
    });
    return this.#pruning;
  }

  async #prune(): Promise<void> {
    this.#ended = 0;
    const { engine, time, keep, onError } = this.#parts;
    try {
      for (const { state, count, ms } of keep) {
        for (let dropped = PRUNE_BATCH; dropped >= PRUNE_BATCH && !this.#isStopped; ) {
          dropped = await engine.prune({
            states: [state],
            keep: count,
            olderThanMs: ms === Number.POSITIVE_INFINITY ? 0 : Math.max(0, time.now() - ms),
            limit: PRUNE_BATCH,
          });
          if (dropped >= PRUNE_BATCH) await new Promise((resolve) => setImmediate(resolve));
        }
      }
    } catch (error) {
      onError('prune', error);
    }
  }

  async #expireDue(): Promise<void> {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    const { engine, time, onTasksReady, onError } = this.#parts;
    try {
      if ((await engine.expire(time.now())) > 0) onTasksReady();
    } catch (error) {
      onError('expire', error);
    }
    await this.#lookForDue();
  }

  async #lookForDue(): Promise<void> {
    const { engine, time, pollMs, onError } = this.#parts;
    if (this.#isStopped) return;
    try {
      const dueMs = await engine.nextDueMs();
      // What is due already and stays so (a clock that is ahead elsewhere) is looked at again soon, not at once.
      if (dueMs !== undefined) this.due(dueMs <= time.now() ? time.now() + 1 : dueMs);
    } catch (error) {
      onError('nextDueMs', error);
      this.due(time.now() + pollMs);
    }
  }

  async #poll(): Promise<void> {
    const { onPoll, onError } = this.#parts;
    try {
      await onPoll();
    } catch (error) {
      onError('poll', error);
    }
    await this.#lookForDue();
  }

  async #expireDead(): Promise<void> {
    const { engine, time, owner, onTasksReady, onError } = this.#parts;
    try {
      const owners = await engine.owners();
      const dead = owners.filter((other) => other !== owner && stateOfOwner(other) === 'dead');
      if (dead.length > 0 && (await engine.expire(time.now(), dead)) > 0) onTasksReady();
    } catch (error) {
      onError('expire', error);
    }
  }

  #stay(): () => void {
    let cancel = (): void => {};
    const again = (): void => {
      cancel = this.#parts.clock.setTimer(again, MAX_TIMER_MS);
    };
    again();
    return () => cancel();
  }

  /** Again and again, the wait counted from the end of the last time. */
  #every(ms: number, work: () => Promise<void>): void {
    const { clock } = this.#parts;
    const arm = (): void => {
      if (this.#isStopped) return;
      const cancel = clock.setTimer(
        () => {
          this.#timers.delete(cancel);
          this.#track(work().then(arm));
        },
        ms,
        { background: true },
      );
      this.#timers.add(cancel);
    };
    arm();
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}
