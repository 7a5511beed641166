import { type Permitted, permitted } from '../../order/rate-window.js';
import type { RatePermit, ScheduleRecord } from '../task-engine.js';

/** What an engine in memory keeps beside tasks: limits, schedules, and what past runs took. */
export class SideRecords {
  readonly #permits = new Map<string, readonly Permitted[]>();
  readonly #schedules = new Map<string, ScheduleRecord>();
  readonly #profiles = new Map<string, string>();

  /** Says how many may begin, and counts them. */
  permit(permit: RatePermit): number {
    const { count, past } = permitted(this.#permits.get(permit.key) ?? [], permit);
    if (past.length === 0) this.#permits.delete(permit.key);
    else this.#permits.set(permit.key, past);
    return count;
  }

  /** Keeps a schedule, if the one before is as it should be. */
  putSchedule(schedule: ScheduleRecord, ifNextAtMs: number | 'absent' | undefined): boolean {
    const known = this.#schedules.get(schedule.id);
    if (
      ifNextAtMs === 'absent'
        ? known !== undefined
        : ifNextAtMs !== undefined && known?.nextAtMs !== ifNextAtMs
    )
      return false;
    this.#schedules.set(schedule.id, Object.freeze({ ...schedule }));
    return true;
  }

  /** Drops a schedule. */
  deleteSchedule(id: string): boolean {
    return this.#schedules.delete(id);
  }

  /** All schedules. */
  schedules(): readonly ScheduleRecord[] {
    return [...this.#schedules.values()];
  }

  /** What past runs of a name took. */
  profile(name: string, profile: string | undefined): string | undefined {
    if (profile !== undefined) this.#profiles.set(name, profile);
    return this.#profiles.get(name);
  }
}
