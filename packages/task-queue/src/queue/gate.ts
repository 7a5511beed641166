import type { Clock, Emitter } from '@framerail/lifecycle';
import type { Admission, CapacityShortage } from '../admission/admission.js';
import type { CostBook } from '../admission/cost-book.js';
import type { CostSampler } from '../admission/cost-sampler.js';
import type { Lane } from '../lanes/lane.js';
import type { NameState } from '../lanes/name-state.js';
import { jsonText } from '../task/json-text.js';
import { expectCost } from '../task/task-cost.js';
import type { TaskCost, TaskRecord } from '../task/task-record.js';
import type { Definition, SmallerTask } from './define-options.js';
import { eventOf } from './event-of.js';
import type { QueueEvents } from './queue-events.js';

/** Whether a task may begin. */
export type Entry =
  | {
      readonly how: 'begin';
      /** The task, perhaps in a smaller form. */
      readonly record: TaskRecord;
      readonly isAdjusted: boolean;
      /** Gives back what it reserved. */
      leave(nowMs: number): void;
    }
  | { readonly how: 'wait' };

/** What the gate needs around it. */
export interface GateParts {
  readonly admission: Admission;
  readonly costs: CostBook;
  readonly sampler: CostSampler;
  readonly clock: Clock;
  readonly filtersByReserve: boolean;
  readonly events: Emitter<QueueEvents>;
  /** Something may be claimed again at a time of the monotonic clock. */
  wakeAt(atMs: number): void;
}

/** Lets tasks begin as far as the machine has room for them. */
export class Gate {
  readonly #parts: GateParts;
  readonly #told = new Set<string>();
  #cancelTimer: (() => void) | undefined;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** What a task is thought to take: what is stated, then what was learned, then what is reserved for unknown ones. */
  costOf(definition: Definition | undefined, record: TaskRecord): TaskCost {
    const { admission, costs } = this.#parts;
    const stated = statedCost(definition, record);
    const learned = costs.learned(record.name)?.cost;
    return { ...admission.settings.unknownCost, ...learned, ...stated, ...record.reserve };
  }

  /** What is short for a task; nothing: there is room. */
  shortages(
    definition: Definition | undefined,
    record: TaskRecord,
    nowMs: number,
  ): readonly CapacityShortage[] {
    const { admission } = this.#parts;
    const shares = admission.sharesOf(this.costOf(definition, record));
    return admission.shortages(keyOf(record), shares, nowMs);
  }

  /** Begins a task if there is room for it, or for its smaller form. */
  enter(lane: Lane, name: NameState, definition: Definition, record: TaskRecord, nowMs: number): Entry {
    const { admission, sampler } = this.#parts;
    admission.load.update(nowMs);
    const cost = this.costOf(definition, record);
    const shares = admission.sharesOf(cost);
    const key = keyOf(record);
    const shortages = admission.shortages(key, shares, nowMs);
    const smaller = shortages.length === 0 ? undefined : this.#smaller(definition, record, cost, key, nowMs);
    if (shortages.length > 0 && smaller === undefined) {
      admission.defer(key, shares, nowMs);
      this.#wait(lane, name, record, shortages, nowMs);
      return { how: 'wait' };
    }
    this.#told.delete(key);
    const end = admission.begin(key, smaller === undefined ? shares : admission.sharesOf(smaller.cost));
    sampler.begin(record.id, record.name, nowMs);
    this.#watch();
    return {
      how: 'begin',
      record: smaller?.data === undefined ? record : { ...record, data: smaller.data },
      isAdjusted: smaller !== undefined,
      leave: end,
    };
  }

  /** An attempt ended after so long: learns from it. */
  learn(record: TaskRecord, runMs: number): void {
    const { costs, sampler } = this.#parts;
    costs.learn(record.name, { ...sampler.end(record.id), durationMs: runMs });
  }

  /** What is free of the machine, for engines that can leave out what doesn't fit. */
  free(): TaskCost | undefined {
    return this.#parts.filtersByReserve ? this.#parts.admission.free() : undefined;
  }

  /** Looks at the load no more. */
  close(): void {
    this.#cancelTimer?.();
  }

  /** Looks at the load while something runs that could be learned from. */
  #watch(): void {
    const { admission, sampler, clock } = this.#parts;
    if (this.#cancelTimer !== undefined || admission.settings.source === undefined) return;
    this.#cancelTimer = clock.setTimer(
      () => {
        this.#cancelTimer = undefined;
        const nowMs = clock.now();
        admission.load.update(nowMs);
        sampler.sample(nowMs);
        if (admission.running > 0) this.#watch();
      },
      admission.settings.checkMs,
      { background: true },
    );
  }

  #smaller(
    definition: Definition,
    record: TaskRecord,
    cost: TaskCost,
    key: string,
    nowMs: number,
  ): { readonly data: string | undefined; readonly cost: TaskCost } | undefined {
    const { admission } = this.#parts;
    if (definition.adjustForCapacity === undefined) return undefined;
    let smaller: SmallerTask | undefined;
    let data: string | undefined;
    try {
      smaller = definition.adjustForCapacity({ data: JSON.parse(record.data), cost, free: admission.free() });
      if (smaller === undefined || smaller === null) return undefined;
      expectCost('the cost that adjustForCapacity gave', smaller.cost);
      data = smaller.data === undefined ? undefined : jsonText(smaller.data, ADJUSTED);
    } catch (error) {
      // What can't be made smaller waits; that its offer fails is for the adder of the handler to hear.
      this.#parts.events.emit('engineError', { during: `adjustForCapacity of ${record.name}`, error });
      return undefined;
    }
    const isEnough = admission.shortages(key, admission.sharesOf(smaller.cost), nowMs).length === 0;
    return isEnough ? { data, cost: smaller.cost } : undefined;
  }

  #wait(
    lane: Lane,
    name: NameState,
    record: TaskRecord,
    shortages: readonly CapacityShortage[],
    nowMs: number,
  ): void {
    const { admission, events, filtersByReserve, wakeAt } = this.#parts;
    const againMs = nowMs + admission.settings.checkMs;
    // Others of the name would fare as badly, unless this one said for itself what it takes.
    if (record.reserve !== undefined && filtersByReserve) lane.filtersUntilMs = againMs;
    else name.noRoomUntilMs = againMs;
    lane.mayHaveWork = true;
    wakeAt(againMs);
    const key = keyOf(record);
    if (this.#told.has(key)) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.add(key);
    events.emit('deferred', { ...eventOf(record), shortages });
  }
}

const ADJUSTED = { code: 'E_TASK_DATA', what: 'the data that adjustForCapacity gave' } as const;

/** How many waiting tasks are remembered as told of. */
const MAX_TOLD = 10_000;

/** Tasks that say themselves what they take wait for themselves, others for all of their name. */
function keyOf(record: TaskRecord): string {
  return record.reserve === undefined ? record.name : `${record.name} (${record.id})`;
}

function statedCost(definition: Definition | undefined, record: TaskRecord): TaskCost | undefined {
  const cost = definition?.cost;
  if (typeof cost !== 'function') return cost;
  try {
    return expectCost('the cost', cost(JSON.parse(record.data)));
  } catch {
    // Its handler will meet the same data and say what is wrong with it.
    return undefined;
  }
}
