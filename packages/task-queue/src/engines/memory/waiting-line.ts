import type { TaskCost } from '../../task/task-record.js';
import { RankedQueue } from './ranked-queue.js';

const MEASURED = ['cpu', 'memoryBytes', 'gpu', 'io'] as const;

/** Tasks of a lane that wait and are alike to a claim: of one name and reservation. */
export class WaitingLine extends RankedQueue {
  readonly name: string;
  readonly reserve: TaskCost | undefined;

  constructor(name: string, reserve: TaskCost | undefined) {
    super();
    this.name = name;
    this.reserve = reserve;
  }

  /** Whether its tasks may be handed out now. */
  isOpen(exceptNames: readonly string[], free: TaskCost | undefined): boolean {
    if (exceptNames.length > 0 && exceptNames.includes(this.name)) return false;
    return this.reserve === undefined || free === undefined || fits(this.reserve, free);
  }
}

/** Whether a reservation is no more than what is free; what isn't set there isn't short. */
function fits(reserve: TaskCost, free: TaskCost): boolean {
  return MEASURED.every((part) => (reserve[part] ?? 0) <= (free[part] ?? Number.POSITIVE_INFINITY));
}

/** What tells lines of a lane apart. */
export function lineKey(name: string, reserve: TaskCost | undefined): string {
  if (reserve === undefined) return name;
  return `${name}\0${MEASURED.map((part) => reserve[part] ?? 0).join()}`;
}
