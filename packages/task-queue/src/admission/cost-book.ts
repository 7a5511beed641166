import { COST_PARTS } from '../task/task-cost.js';
import type { TaskCost } from '../task/task-record.js';

type CostPart = keyof TaskCost;

/** How much the latest run counts, once there were some. */
const WEIGHT = 0.2;

/** What past runs of a name took: averages in which later runs count more, and how many runs there were. */
export interface CostProfile {
  readonly runs: number;
  readonly cost: TaskCost;
}

interface Learned {
  runs: number;
  readonly cost: { -readonly [Part in CostPart]?: number };
}

/** Learns what tasks take, by name. */
export class CostBook {
  readonly #profiles = new Map<string, Learned>();
  readonly #changed = new Set<string>();

  /** What a name is known to take; `undefined`: nothing is known. */
  learned(name: string): CostProfile | undefined {
    return this.#profiles.get(name);
  }

  /** A run took this; what isn't set isn't known of it. */
  learn(name: string, run: TaskCost): void {
    const profile: Learned = this.#profiles.get(name) ?? { runs: 0, cost: {} };
    this.#profiles.set(name, profile);
    profile.runs += 1;
    // The first runs count alike, as in any average.
    const weight = Math.max(WEIGHT, 1 / profile.runs);
    for (const part of COST_PARTS) {
      const value = run[part];
      if (value === undefined || !Number.isFinite(value)) continue;
      const before = profile.cost[part];
      profile.cost[part] = before === undefined ? value : before + (value - before) * weight;
    }
    this.#changed.add(name);
  }

  /** Names of which something was learned since the last call. */
  takeChanged(): readonly string[] {
    const names = [...this.#changed];
    this.#changed.clear();
    return names;
  }

  /**
   * What is kept of a name, as JSON.
   *
   * @param servedAtMs - when a process had a handler of it, in milliseconds since 1970
   */
  text(name: string, servedAtMs: number): string {
    const { runs, cost } = this.#profiles.get(name) ?? { runs: 0, cost: {} };
    return JSON.stringify({ runs, cost, servedAtMs });
  }

  /** Takes what was kept, unless this process has learned more by itself. What can't be read is passed over. */
  load(name: string, text: string | undefined): void {
    const kept = readProfile(text);
    if (kept === undefined || kept.runs <= (this.#profiles.get(name)?.runs ?? 0)) return;
    this.#profiles.set(name, kept);
  }
}

/** When a process had a handler of the name, by what is kept of it. */
export function servedAtOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    const { servedAtMs } = JSON.parse(text) as { servedAtMs?: unknown };
    return typeof servedAtMs === 'number' ? servedAtMs : undefined;
  } catch {
    return undefined;
  }
}

function readProfile(text: string | undefined): Learned | undefined {
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as { runs?: unknown; cost?: Partial<Record<CostPart, unknown>> } | null;
    if (!Number.isSafeInteger(kept?.runs) || typeof kept?.cost !== 'object' || kept.cost === null)
      return undefined;
    const cost: Learned['cost'] = {};
    for (const part of COST_PARTS) {
      const value = kept.cost[part];
      if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) cost[part] = value;
    }
    return { runs: kept.runs as number, cost };
  } catch {
    return undefined;
  }
}
