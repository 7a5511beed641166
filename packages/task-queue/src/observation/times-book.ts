import { Histogram } from '@framerail/lifecycle';
import type { TaskRecord } from '../task/task-record.js';
import type { GroupStats, TimesStats } from './queue-stats.js';
import { Throughput } from './throughput.js';

/** Milliseconds below which times aren't told apart; the largest bucket begins at three months. */
const SMALLEST_MS = 1 / 64;
/** How many groups have figures of their own. */
const MAX_GROUPS = 256;

/** An attempt that ended. */
interface Ended {
  readonly waitMs: number;
  readonly waitBucket: number;
  readonly runMs: number;
  readonly runBucket: number;
  /** Of a monotonic clock. */
  readonly nowMs: number;
}

/** Wait and run times of some tasks. */
class Times {
  readonly #wait = new Histogram(SMALLEST_MS);
  readonly #run = new Histogram(SMALLEST_MS);
  readonly #ended = new Throughput();

  record({ waitMs, waitBucket, runMs, runBucket, nowMs }: Ended): void {
    this.#wait.record(waitMs, waitBucket);
    this.#run.record(runMs, runBucket);
    this.#ended.add(nowMs);
  }

  stats(nowMs: number): TimesStats {
    return {
      waitMs: this.#wait.snapshot(),
      runMs: this.#run.snapshot(),
      perSecond: this.#ended.perSecond(nowMs),
    };
  }
}

interface LaneTimes {
  readonly times: Times;
  readonly groups: Map<string | undefined, Times>;
}

/** Times by lane and group, of bounded size. */
export class TimesBook {
  readonly #all = new Times();
  readonly #lanes = new Map<string, LaneTimes>();
  #groupCount = 0;

  /**
   * Records an attempt that ended.
   *
   * @param runMs - how long it ran
   * @param nowMs - of a monotonic clock
   */
  record(task: TaskRecord, runMs: number, nowMs: number): void {
    const readyMs = task.notBeforeMs > task.createdAtMs ? task.notBeforeMs : task.createdAtMs;
    const waitMs = (task.startedAtMs ?? readyMs) - readyMs;
    const [waitBucket, runBucket] = [
      Histogram.bucketOf(waitMs, SMALLEST_MS),
      Histogram.bucketOf(runMs, SMALLEST_MS),
    ];
    const ended = { waitMs, waitBucket, runMs, runBucket, nowMs };
    this.#all.record(ended);
    const lane = this.#laneOf(task.lane);
    lane.times.record(ended);
    this.#groupOf(lane.groups, task.group).record(ended);
  }

  /** Over everything. */
  all(nowMs: number): TimesStats {
    return this.#all.stats(nowMs);
  }

  /** Of a lane. */
  lane(name: string, nowMs: number): TimesStats {
    return (this.#lanes.get(name)?.times ?? new Times()).stats(nowMs);
  }

  /** By lane and group. */
  groups(nowMs: number): readonly GroupStats[] {
    return [...this.#lanes].flatMap(([lane, { groups }]) =>
      [...groups].map(([group, times]) => Object.freeze({ lane, group, ...times.stats(nowMs) })),
    );
  }

  #laneOf(name: string): LaneTimes {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane = { times: new Times(), groups: new Map<string | undefined, Times>() };
    this.#lanes.set(name, lane);
    return lane;
  }

  #groupOf(groups: Map<string | undefined, Times>, group: string): Times {
    const isFull = this.#groupCount >= MAX_GROUPS;
    const known = groups.get(group) ?? (isFull ? groups.get(undefined) : undefined);
    if (known !== undefined) return known;
    const times = new Times();
    groups.set(isFull ? undefined : group, times);
    this.#groupCount += 1;
    return times;
  }
}
