import type { TaskCost } from '../task/task-record.js';
import { type AdmissionSettings, CAPACITY_PARTS, type CapacityPart } from './admission-options.js';
import { LoadEstimate, type Shares } from './load-estimate.js';

/** A part of the machine that a task doesn't fit into. Shares are of the whole machine. */
export interface CapacityShortage {
  /** What is short. */
  readonly part: CapacityPart;
  /** What the task would take. */
  readonly wanted: number;
  /** What others are thought to take. */
  readonly others: number;
  /** What running tasks of this queue reserved. */
  readonly reserved: number;
  /** What was measured last; `undefined`: nothing. */
  readonly measured: number | undefined;
  /** Up to which load tasks are begun. */
  readonly limit: number;
  /** The name of a task that has waited for long, for which room is kept free. */
  readonly keptFor: string | undefined;
}

/** A task that doesn't fit, and since when. */
interface Waiting {
  readonly shares: Shares;
  readonly sinceMs: number;
  seenMs: number;
}

/** Rounding errors of sums of shares are far below this. */
const TOLERANCE = 1e-9;

/** Decides whether there is room for a task, and keeps some for those that waited. */
export class Admission {
  readonly settings: AdmissionSettings;
  readonly load: LoadEstimate;
  /** By name: tasks that don't fit. */
  readonly #waiting = new Map<string, Waiting>();
  #running = 0;

  constructor(settings: AdmissionSettings) {
    this.settings = settings;
    this.load = new LoadEstimate(settings);
  }

  /** Tasks that reserved something and run. */
  get running(): number {
    return this.#running;
  }

  /** Whether some task was refused and hasn't begun since. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** A cost as shares of the machine. */
  sharesOf(cost: TaskCost): Shares {
    const { cpu = 0, memoryBytes = 0, gpu = 0, io = 0 } = cost;
    return { cpu, memory: memoryBytes / this.settings.totalMemoryBytes, gpu, io };
  }

  /** What is short for a task of a name; nothing: there is room. Changes nothing. */
  shortages(name: string, shares: Shares, nowMs: number): readonly CapacityShortage[] {
    const keeper = this.#keeper(nowMs);
    const kept = keeper !== undefined && keeper[0] !== name ? keeper : undefined;
    const isMine = keeper?.[0] === name;
    // Nothing of ours runs, and it has waited for long, or can never fit: alone it may begin, as long as others leave anything at all.
    if (this.#running === 0 && (isMine || this.#isTooLarge(shares))) {
      const full = CAPACITY_PARTS.filter(
        (part) => shares[part] > 0 && this.load.others(part) >= this.settings.limits[part],
      );
      return full.map((part) => this.#shortage(part, shares, undefined));
    }
    return CAPACITY_PARTS.flatMap((part) => {
      if (shares[part] <= 0) return [];
      if (!this.#fits(part, shares[part], 0)) return [this.#shortage(part, shares, undefined)];
      const isKept = kept !== undefined && !this.#fits(part, shares[part], kept[1].shares[part]);
      return isKept ? [this.#shortage(part, shares, kept[0])] : [];
    });
  }

  /** A task of a name found no room. */
  defer(name: string, shares: Shares, nowMs: number): void {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, { shares, sinceMs: nowMs, seenMs: nowMs });
    else waiting.seenMs = nowMs;
  }

  /** A task begins: gives back what it reserved when called. */
  begin(name: string, shares: Shares): (nowMs: number) => void {
    this.#waiting.delete(name);
    this.load.reserve(shares);
    this.#running += 1;
    let hasEnded = false;
    return (nowMs) => {
      if (hasEnded) return;
      hasEnded = true;
      this.#running -= 1;
      this.load.release(shares, nowMs);
    };
  }

  /** What is free of the machine. */
  free(): Required<Pick<TaskCost, 'cpu' | 'memoryBytes' | 'gpu' | 'io'>> {
    const share = (part: CapacityPart): number =>
      Math.max(0, this.settings.limits[part] - this.load.used(part));
    return {
      cpu: share('cpu'),
      memoryBytes: Math.floor(share('memory') * this.settings.totalMemoryBytes),
      gpu: share('gpu'),
      io: share('io'),
    };
  }

  /** Who has waited so long that others have to leave room for it. Forgets those that nobody has asked for since: they were cancelled, or begun elsewhere. */
  #keeper(nowMs: number): [string, Waiting] | undefined {
    let keeper: [string, Waiting] | undefined;
    for (const [name, waiting] of this.#waiting) {
      if (nowMs - waiting.seenMs > Math.max(4 * this.settings.checkMs, 2000)) this.#waiting.delete(name);
      else if (nowMs - waiting.sinceMs >= this.settings.patienceMs && this.#wouldFitAlone(waiting.shares))
        if (keeper === undefined || waiting.sinceMs < keeper[1].sinceMs) keeper = [name, waiting];
    }
    return keeper;
  }

  /** Whether our own tasks are what is in the way: waiting for others' load helps nobody. */
  #wouldFitAlone(shares: Shares): boolean {
    return CAPACITY_PARTS.every(
      (part) => shares[part] <= 0 || this.load.others(part) < this.settings.limits[part],
    );
  }

  #isTooLarge(shares: Shares): boolean {
    return CAPACITY_PARTS.some((part) => shares[part] > this.settings.limits[part] + TOLERANCE);
  }

  #fits(part: CapacityPart, wanted: number, kept: number): boolean {
    const limit = this.settings.limits[part];
    const used = this.load.used(part) + kept;
    if (used + wanted <= limit + TOLERANCE) return true;
    if (part !== 'cpu') return false;
    // Cores come whole: on a machine that others hardly use, none is left idle for the sake of a margin smaller than it.
    const isIdle = this.load.others('cpu') <= 1 - limit + TOLERANCE;
    const isCore = wanted <= 1 / this.settings.cores + TOLERANCE;
    return isIdle && isCore && this.load.reserved('cpu') + kept <= limit + TOLERANCE;
  }

  #shortage(part: CapacityPart, shares: Shares, keptFor: string | undefined): CapacityShortage {
    return Object.freeze({
      part,
      wanted: shares[part],
      others: this.load.others(part),
      reserved: this.load.reserved(part),
      measured: this.load.measured(part),
      limit: this.settings.limits[part],
      keptFor,
    });
  }
}
