import type { PauseState, RatePermit, ScheduleRecord } from '../task-engine.js';
import type { RedisLink } from './redis-link.js';
import { DELETE_SCHEDULE, PAUSE, PERMIT, PUT_SCHEDULE, SCHEDULES } from './scripts/keeping.js';

/** Pauses or resumes. */
export async function pause(link: RedisLink, lane: string | undefined, isPaused: boolean): Promise<void> {
  await link.run(PAUSE, [isPaused ? 1 : 0, ...(lane === undefined ? [] : [lane])]);
}

/** What is paused. */
export async function paused(link: RedisLink): Promise<PauseState> {
  const [all, lanes] = await link.insist(() =>
    Promise.all([
      link.client.exists(`${link.base}f:pausedAll`),
      link.client.smembers(`${link.base}f:paused`),
    ]),
  );
  return { all: all === 1, lanes: lanes.sort() };
}

/** How many may begin now. */
export async function permit(
  link: RedisLink,
  { key, max, perMs, wanted, nowMs }: RatePermit,
): Promise<number> {
  return (await link.runOnce(PERMIT, [key, max, perMs, wanted, nowMs])) as number;
}

/** Keeps a schedule, under a condition. */
export async function putSchedule(
  link: RedisLink,
  { id, definition, nextAtMs }: ScheduleRecord,
  ifNextAtMs: number | 'absent' | undefined,
): Promise<boolean> {
  return (await link.runOnce(PUT_SCHEDULE, [id, definition, nextAtMs, ifNextAtMs ?? ''])) === 1;
}

/** Drops a schedule. */
export async function deleteSchedule(link: RedisLink, id: string): Promise<boolean> {
  return (await link.runOnce(DELETE_SCHEDULE, [id])) === 1;
}

/** All schedules, by id. */
export async function schedules(link: RedisLink): Promise<readonly ScheduleRecord[]> {
  const [all, times] = (await link.run(SCHEDULES, [])) as [string[], string[]];
  return times
    .map((time, at) => ({
      id: all[2 * at] as string,
      definition: all[2 * at + 1] as string,
      nextAtMs: Number(time),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What past runs of a name took. */
export async function profile(
  link: RedisLink,
  name: string,
  given: string | undefined,
): Promise<string | undefined> {
  const key = `${link.base}f:profiles`;
  if (given === undefined) return (await link.insist(() => link.client.hget(key, name))) ?? undefined;
  await link.insist(() => link.client.hset(key, name, given));
  return given;
}
