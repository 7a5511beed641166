import type { TaskCost } from '../task/task-record.js';
import { type AdmissionSettings, CAPACITY_PARTS, type CapacityPart } from './admission-options.js';
import type { LoadEstimate } from './load-estimate.js';

/** What was seen of a running task. */
interface Observed {
  readonly name: string;
  readonly sinceMs: number;
  samples: number;
  readonly sums: Partial<Record<CapacityPart, number>>;
  peakMemory: number;
}

/**
 * Learns from the machine's load what tasks take. Only while all that run are of one name, and have run long enough to be seen: then what is
 * measured above the load of the machine without them is theirs, in equal parts.
 */
export class CostSampler {
  readonly #settings: AdmissionSettings;
  readonly #load: LoadEstimate;
  readonly #running = new Map<string, Observed>();

  constructor(settings: AdmissionSettings, load: LoadEstimate) {
    this.#settings = settings;
    this.#load = load;
  }

  /** An attempt begins. */
  begin(id: string, name: string, nowMs: number): void {
    this.#running.set(id, { name, sinceMs: nowMs, samples: 0, sums: {}, peakMemory: 0 });
  }

  /** Looks at the load, after it was updated. */
  sample(nowMs: number): void {
    const running = [...this.#running.values()];
    const name = running[0]?.name;
    if (name === undefined) return;
    if (!running.every((one) => one.name === name && nowMs - one.sinceMs >= this.#settings.settleMs)) return;
    for (const one of running) one.samples += 1;
    for (const part of CAPACITY_PARTS) {
      const [measured, idle] = [this.#load.measured(part), this.#load.idle(part)];
      if (measured === undefined || idle === undefined) continue;
      const each = Math.max(0, measured - idle) / running.length;
      for (const one of running) {
        one.sums[part] = (one.sums[part] ?? 0) + each;
        if (part === 'memory') one.peakMemory = Math.max(one.peakMemory, each);
      }
    }
  }

  /** An attempt ended. @returns what was seen of it; parts of which nothing was seen are left out */
  end(id: string): TaskCost {
    const seen = this.#running.get(id);
    this.#running.delete(id);
    if (seen === undefined || seen.samples === 0) return {};
    const mean = (part: CapacityPart): number | undefined => {
      const sum = seen.sums[part];
      return sum === undefined ? undefined : Math.min(1, sum / seen.samples);
    };
    return {
      cpu: mean('cpu'),
      gpu: mean('gpu'),
      io: mean('io'),
      memoryBytes:
        seen.sums.memory === undefined
          ? undefined
          : Math.round(seen.peakMemory * this.#settings.totalMemoryBytes),
    };
  }
}
