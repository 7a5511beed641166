import { expectInteger, expectNumber, expectObject } from '@framerail/lifecycle';
import type { TaskState } from '../task/task-state.js';

/** How many ended tasks of a state are kept, and how long. */
export interface Keep {
  /** The newest so many at most, 0 or more. */
  readonly count?: number | undefined;
  /** Those that ended less than so many milliseconds ago; `Infinity`: only the count decides. */
  readonly ms?: number | undefined;
}

/** What is kept of tasks that ended. The rest is dropped now and then, so that nothing grows for ever. */
export interface RetentionOptions {
  /** Default: of the last day, 10,000, or 100,000 where tasks survive the process. */
  readonly completed?: Keep | undefined;
  /** Dead letters; default: 10,000, however old. */
  readonly failed?: Keep | undefined;
  /** Default: 1,000 of the last day. */
  readonly cancelled?: Keep | undefined;
}

/** {@link Keep} with defaults filled in, of a state. */
export interface KeepSettings {
  readonly state: TaskState;
  readonly count: number;
  readonly ms: number;
}

const DAY_MS = 86_400_000;

const DEFAULTS: readonly KeepSettings[] = [
  { state: 'completed', count: 10_000, ms: DAY_MS },
  { state: 'failed', count: 10_000, ms: Number.POSITIVE_INFINITY },
  { state: 'cancelled', count: 1000, ms: DAY_MS },
];

/** How many times as many completed tasks are kept where that takes no memory. */
const DURABLE_FACTOR = 10;

/** Takes what is kept. @throws FramerailError `E_INVALID_ARGUMENT` */
export function retentionSettings(
  retention: RetentionOptions = {},
  isDurable: boolean,
): readonly KeepSettings[] {
  expectObject('retention', retention, '{ completed, failed, cancelled }');
  return DEFAULTS.map((usual) => {
    const what = `retention.${usual.state}`;
    const given: Keep = retention[usual.state as keyof RetentionOptions] ?? {};
    const usualCount = usual.count * (isDurable && usual.state === 'completed' ? DURABLE_FACTOR : 1);
    const { count = usualCount, ms = usual.ms } = expectObject(what, given, '{ count, ms }');
    return {
      state: usual.state,
      count: expectInteger(`${what}.count`, count, { min: 0 }),
      ms: ms === Number.POSITIVE_INFINITY ? ms : expectNumber(`${what}.ms`, ms, { min: 0 }),
    };
  });
}
