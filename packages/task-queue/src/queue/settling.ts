import type { Clock } from '@framerail/lifecycle';
import type { Settlement, SettleOutcome, TaskEngine, TaskLease } from '../engines/task-engine.js';
import { type Ticket, TurnBatch } from './turn-batch.js';

/** Settlements of one call where each costs a write to a disk, and where the event loop stands still meanwhile. */
const DURABLE_BATCH = 2048;
const MEMORY_BATCH = 512;
/** Milliseconds until a settlement is tried again that the engine didn't take; longer each time. */
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 2000;

/** Says how attempts ended, and what was told of them, in batches; until the engine has taken it. */
export class Settling {
  readonly #engine: TaskEngine;
  readonly #clock: Clock;
  readonly #onError: (during: string, error: unknown) => void;
  readonly #batch: TurnBatch<Settlement, SettleOutcome>;
  #notes = new Map<string, TaskLease & { readonly progress: string }>();
  #settled: readonly TaskLease[] = [];
  #isNoting = false;
  #isClosed = false;
  readonly #waits = new Set<() => void>();

  /**
   * @param onError - told of each failure of the engine
   * @param afterCall - called after the outcomes of each call were handed out, with what was settled
   */
  constructor(
    engine: TaskEngine,
    clock: Clock,
    onError: (during: string, error: unknown) => void,
    afterCall: (settled: readonly TaskLease[]) => void,
  ) {
    this.#engine = engine;
    this.#clock = clock;
    this.#onError = onError;
    this.#batch = new TurnBatch(
      (settlements) => this.#settle(settlements),
      engine.limits.isDurable ? DURABLE_BATCH : MEMORY_BATCH,
      () => afterCall(this.#settled),
    );
  }

  /** Settlements that wait. */
  get waiting(): number {
    return this.#batch.waiting;
  }

  /** Settles. The ticket fails only when the queue closes before the engine takes it. */
  push(ticket: Ticket<Settlement, SettleOutcome>): void {
    this.#batch.push(ticket);
  }

  /** Notes progress: the last of each task counts. */
  note(lease: TaskLease, progress: string): void {
    this.#notes.set(lease.id, { id: lease.id, token: lease.token, progress });
    this.#scheduleNotes();
  }

  /** Resolves when the engine has everything. */
  async idle(): Promise<void> {
    await this.#batch.idle();
    await this.#flushNotes();
  }

  /** Gives up trying again. */
  close(): void {
    this.#isClosed = true;
    for (const end of [...this.#waits]) end();
  }

  #scheduleNotes(): void {
    if (this.#isNoting || this.#isClosed || this.#notes.size === 0) return;
    this.#isNoting = true;
    setImmediate(() => {
      void this.#flushNotes().finally(() => {
        this.#isNoting = false;
        this.#scheduleNotes();
      });
    });
  }

  async #settle(settlements: readonly Settlement[]): Promise<readonly SettleOutcome[]> {
    // What was told before the end has to be there before it: afterwards nobody takes it.
    if (this.#notes.size > 0) await this.#flushNotes();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(MAX_WAIT_MS, waitMs * 2)) {
      try {
        const outcomes = await this.#engine.settle(settlements);
        this.#settled = settlements;
        return outcomes;
      } catch (error) {
        this.#settled = [];
        if (this.#isClosed) throw error;
        this.#onError('settle', error);
        await this.#wait(waitMs);
      }
    }
  }

  async #flushNotes(): Promise<void> {
    if (this.#notes.size === 0) return;
    const notes = [...this.#notes.values()];
    this.#notes = new Map();
    try {
      await this.#engine.progress(notes);
    } catch (error) {
      // Progress needn't be kept; the next value comes soon.
      this.#onError('progress', error);
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#waits.delete(end);
        resolve();
      };
      const cancel = this.#clock.setTimer(end, ms);
      this.#waits.add(end);
    });
  }
}
