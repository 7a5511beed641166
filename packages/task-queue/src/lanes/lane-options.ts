import { expectInteger, expectNumber, expectObject, invalidArgument } from '@framerail/lifecycle';

/** How often tasks may begin, over all processes that share the engine. */
export interface RateLimit {
  /** How many begin at most, 1 or more, … */
  readonly max: number;
  /** … in so many milliseconds, 1 or more. */
  readonly perMs: number;
}

/** A lane: tasks of a kind, with slots of its own. */
export interface LaneOptions {
  /** Tasks of the lane that run at once in this process, 1 or more; default: the queue's `slots`. */
  readonly concurrency?: number | undefined;
  /** Lanes with a larger one are served first, those that waited excepted (`ageingMs`); any number, default 0. */
  readonly priority?: number | undefined;
  /** How often its tasks may begin; default: as often as they can. */
  readonly rate?: RateLimit | undefined;
}

/** {@link LaneOptions} with defaults filled in. */
export interface LaneSettings {
  readonly name: string;
  readonly concurrency: number;
  readonly priority: number;
  readonly rate: RateLimit | undefined;
}

/** Names of lanes, tasks, groups and keys are at most so many code units long. */
export const MAX_NAME_LENGTH = 256;

/**
 * Takes a name: of a lane, a task, a key.
 *
 * @param what - the option's name
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectName(what: string, name: unknown): string {
  if (typeof name === 'string' && name.length > 0 && name.length <= MAX_NAME_LENGTH && name.isWellFormed())
    return name;
  throw invalidArgument(what, `a string of 1 to ${MAX_NAME_LENGTH} code units without lone surrogates`, name);
}

/**
 * Takes the limit of a rate.
 *
 * @param what - the option's name
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectRate(what: string, rate: RateLimit | undefined): RateLimit | undefined {
  if (rate === undefined) return undefined;
  expectObject(what, rate, 'a rate { max, perMs }');
  return Object.freeze({
    max: expectInteger(`${what}.max`, rate.max, { min: 1 }),
    perMs: expectNumber(`${what}.perMs`, rate.perMs, { min: 1 }),
  });
}

/**
 * Takes the lanes of a queue.
 *
 * @param lanes - by name; default: one, `default`
 * @param slots - tasks that run at once over all lanes
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function laneSettings(
  lanes: Readonly<Record<string, LaneOptions>> | undefined,
  slots: number,
): readonly LaneSettings[] {
  const given = Object.entries(expectObject('lanes', lanes ?? { default: {} }, 'lanes by name'));
  if (given.length === 0) throw invalidArgument('lanes', 'at least one lane', lanes);
  return given.map(([name, lane]) => {
    const what = `lanes.${expectName('a lane', name)}`;
    const {
      concurrency = slots,
      priority = 0,
      rate,
    } = expectObject(what, lane, '{ concurrency, priority, rate }');
    return Object.freeze({
      name,
      concurrency: expectInteger(`${what}.concurrency`, concurrency, { min: 1 }),
      priority: expectNumber(`${what}.priority`, priority),
      rate: expectRate(`${what}.rate`, rate),
    });
  });
}
