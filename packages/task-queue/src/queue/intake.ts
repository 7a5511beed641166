import { type Clock, type Emitter, FramerailError } from '@framerail/lifecycle';
import type { TaskEngine } from '../engines/task-engine.js';
import { failureOf } from '../handle/task-errors.js';
import type { TaskWatch } from '../handle/task-watch.js';
import type { Lane } from '../lanes/lane.js';
import type { RateLimit } from '../lanes/lane-options.js';
import type { NameState, NameStates } from '../lanes/name-state.js';
import type { TaskRecord } from '../task/task-record.js';
import type { Attempts } from './attempts.js';
import type { Gate } from './gate.js';
import type { QueueEvents } from './queue-events.js';
import type { QueueTime } from './queue-time.js';
import type { Settling } from './settling.js';
import { tellEnd } from './tell-end.js';

/** What the intake needs around it. */
export interface IntakeParts {
  readonly engine: TaskEngine;
  readonly clock: Clock;
  readonly time: QueueTime;
  readonly names: NameStates;
  readonly settling: Settling;
  readonly attempts: Attempts;
  readonly events: Emitter<QueueEvents>;
  readonly watch: TaskWatch;
  /** `undefined`: slots are all that counts. */
  readonly gate: Gate | undefined;
  readonly unknownNameMs: number;
  /** Whether another process does tasks of a name. */
  isServedElsewhere(name: string): Promise<boolean>;
  /** A task was given back, and others of its name may be claimed in its place; from a time on (milliseconds since 1970). */
  onAgain(fromMs: number): void;
  /** Something may be claimed again at a time of the monotonic clock; `isIdle`: nothing that the process should stay for. */
  wakeAt(atMs: number, isIdle?: boolean): void;
}

/** Milliseconds until tasks of a name are looked at again that nobody here knows. */
const LEAST_UNKNOWN_MS = 1000;

/** Decides what becomes of tasks that were claimed: begun, or given back to their place in the line. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #cancelled = new Set<string>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Says which of those claimed may be held; gives the others back. */
  admit(lane: Lane, records: readonly TaskRecord[]): Promise<readonly TaskRecord[]> | readonly TaskRecord[] {
    const { names } = this.#parts;
    const unknown: TaskRecord[] = [];
    const kept: TaskRecord[] = [];
    let hasRates = lane.settings.rate !== undefined;
    for (const record of records) {
      const name = names.of(record.name);
      if (name.definition === undefined) unknown.push(record);
      else if (name.room <= 0) this.release(record);
      else {
        name.held += 1;
        kept.push(record);
        hasRates ||= name.definition.rate !== undefined;
      }
    }
    if (unknown.length === 0 && !hasRates) return kept;
    return this.#admitSlowly(lane, kept, unknown, hasRates);
  }

  /** Begins what was held, or gives it back; now, by the monotonic clock. */
  begin(lane: Lane, record: TaskRecord, nowMs: number): void {
    const { names, attempts, gate } = this.#parts;
    const name = names.of(record.name);
    const { definition } = name;
    name.held -= 1;
    if (this.#cancelled.size > 0 && this.#cancelled.delete(record.id)) this.#settleCancelled(record);
    else if (definition === undefined) this.release(record);
    else if (gate === undefined) attempts.begin(record, definition, lane, name, undefined, false, nowMs);
    else {
      const entry = gate.enter(lane, name, definition, record, nowMs);
      if (entry.how === 'wait') this.release(record);
      else attempts.begin(entry.record, definition, lane, name, entry.leave, entry.isAdjusted, nowMs);
    }
  }

  /** Back to its place in the line; this was no attempt. */
  release(record: TaskRecord, notBeforeMs = 0): void {
    const { settling, time } = this.#parts;
    settling.push({
      item: { id: record.id, token: record.token as number, nowMs: time.now(), how: 'release', notBeforeMs },
      answer: () => this.#parts.onAgain(notBeforeMs),
      fail: () => {},
    });
  }

  /** Gives back all that a lane holds. */
  releaseHeld(lane: Lane): void {
    for (const record of lane.takeAllHeld()) {
      this.#parts.names.of(record.name).held -= 1;
      this.release(record);
    }
  }

  /** A task that is held is to be cancelled when its turn comes. */
  cancelHeld(id: string): void {
    this.#cancelled.add(id);
  }

  async #admitSlowly(
    lane: Lane,
    kept: TaskRecord[],
    unknown: readonly TaskRecord[],
    hasRates: boolean,
  ): Promise<readonly TaskRecord[]> {
    await Promise.all(
      [...Map.groupBy(unknown, ({ name }) => name)].map(([name, records]) =>
        this.#handleUnknown(this.#parts.names.of(name), records),
      ),
    );
    if (!hasRates) return kept;
    let permitted: readonly TaskRecord[] = kept;
    for (const name of new Set(kept.map((record) => record.name))) {
      const state = this.#parts.names.of(name);
      const rate = state.definition?.rate;
      if (rate === undefined) continue;
      permitted = await this.#permitted(
        permitted,
        ({ name: other }) => other === name,
        `name:${name}`,
        rate,
        state,
      );
    }
    const { rate } = lane.settings;
    if (rate === undefined || permitted.length === 0) return permitted;
    return this.#permitted(permitted, () => true, `lane:${lane.settings.name}`, rate, lane);
  }

  /** Those that a limit lets begin; the others go back, and nothing of their kind is claimed for a while. */
  async #permitted(
    records: readonly TaskRecord[],
    isLimited: (record: TaskRecord) => boolean,
    key: string,
    rate: RateLimit,
    limited: { blockedUntilMs: number },
  ): Promise<readonly TaskRecord[]> {
    const { engine, time, clock, names } = this.#parts;
    const wanted = records.filter(isLimited).length;
    let count = 0;
    try {
      count = await engine.permit({ key, max: rate.max, perMs: rate.perMs, wanted, nowMs: time.now() });
    } finally {
      if (count < wanted) {
        const atMs = clock.now() + Math.max(1, rate.perMs / rate.max);
        limited.blockedUntilMs = atMs;
        this.#parts.wakeAt(atMs);
      }
    }
    let left = count;
    return records.filter((record) => {
      if (!isLimited(record)) return true;
      left -= 1;
      if (left >= 0) return true;
      names.of(record.name).held -= 1;
      this.release(record);
      return false;
    });
  }

  /** Nobody here knows the name: others may, so that it is kept for a while. */
  async #handleUnknown(name: NameState, records: readonly TaskRecord[]): Promise<void> {
    const { time, clock, unknownNameMs, isServedElsewhere, wakeAt } = this.#parts;
    const nowMs = time.now();
    const isDue = (record: TaskRecord): boolean =>
      nowMs - Math.max(record.createdAtMs, record.notBeforeMs) >= unknownNameMs;
    const due = records.filter(isDue);
    const isKnown = due.length > 0 && (await isServedElsewhere(name.name).catch(() => true));
    let waitMs = unknownNameMs;
    for (const record of records) {
      if (isDue(record) && !isKnown) this.#settleUnknown(record);
      else {
        if (!isKnown)
          waitMs = Math.min(waitMs, Math.max(record.createdAtMs, record.notBeforeMs) + unknownNameMs - nowMs);
        this.release(record);
      }
    }
    if (name.definition !== undefined) return;
    name.blockedUntilMs = clock.now() + Math.max(LEAST_UNKNOWN_MS, waitMs);
    wakeAt(name.blockedUntilMs, true);
  }

  #settleUnknown(record: TaskRecord): void {
    const { settling, time, unknownNameMs } = this.#parts;
    const error = new FramerailError({
      code: 'E_TASK_UNKNOWN',
      message: `No process defined ${record.name} within ${unknownNameMs} ms; define it and retry the task, or correct its name`,
      details: { id: record.id, name: record.name },
    });
    const failure = failureOf(error, record.attempts, time.now());
    const item = {
      id: record.id,
      token: record.token as number,
      nowMs: time.now(),
      how: 'fail',
      failure,
      retryAtMs: undefined,
    } as const;
    settling.push({
      item,
      answer: (outcome) => {
        if (outcome === 'applied') tellEnd(this.#parts, record, item, 0, error);
      },
      fail: () => {},
    });
  }

  #settleCancelled(record: TaskRecord): void {
    const { settling, time } = this.#parts;
    const item = { id: record.id, token: record.token as number, nowMs: time.now(), how: 'cancel' } as const;
    settling.push({
      item,
      answer: (outcome) => {
        if (outcome === 'applied') tellEnd(this.#parts, record, item, 0, undefined);
      },
      fail: () => {},
    });
  }
}
