import type { PressureLevel } from '@framerail/lifecycle';
import type { Answer } from './pool-model.js';

/** What both ways of asking can say. */
export interface AskStep {
  /** Bytes; without it, or if it is 0, a frame of layout `layout`. */
  readonly bytes: number;
  /** Which of the session's layouts. */
  readonly layout: number;
  readonly priority: number;
  /** Which of the session's owners; 0 is the pool itself. */
  readonly owner: number;
  readonly answer: Answer;
}

/** One thing that is done to a pool; plain data, so that a failure can be written down. `which` counts modulo what there is. */
export type Step =
  | ({ readonly do: 'acquire'; readonly timeoutMs: number; readonly aborted: boolean } & AskStep)
  | ({ readonly do: 'tryAcquire' } & AskStep)
  | {
      readonly do: 'acquireFrame';
      readonly layout: number;
      readonly priority: number;
      readonly timeoutMs: number;
    }
  | { readonly do: 'retain' | 'release' | 'touchReleased' | 'writeLate' | 'abort'; readonly which: number }
  | { readonly do: 'sendAway' | 'comeHome' | 'comeHomeMoved' | 'giveUp'; readonly which: number }
  | { readonly do: 'advance'; readonly ms: number }
  | {
      readonly do: 'trim';
      readonly bytes?: number | undefined;
      readonly idleMs?: number | undefined;
      readonly maxPriority?: number | undefined;
      readonly level?: PressureLevel | undefined;
    }
  | { readonly do: 'limit'; readonly share: number }
  | { readonly do: 'flush' | 'close' | 'settle' };

/** A step as it would be written in code. */
export function describeStep(step: Step): string {
  const { do: name, ...args } = step;
  const set = Object.entries(args).filter(([, value]) => value !== undefined);
  return `${name}(${set.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')})`;
}

/** A source of numbers: `below(n)` gives an integer from 0 to n - 1. */
export type Below = (limit: number) => number;

/** Numbers that are the same for the same seed: mulberry32. */
export function seededNumbers(seed: number): Below {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const SIZES = [1, 4096, 4097, 5120, 8192, 10_000, 20_480, 50_000, 65_536, 100_000, 262_144, 262_145];
const ANSWERS: readonly Answer[] = ['none', 'none', 'none', 'release', 'keep', 'throw'];
const LEVELS: readonly (PressureLevel | undefined)[] = [undefined, undefined, 'none', 'moderate', 'critical'];

/** Draws a step. Every kind comes up, in such numbers that the budget is spent most of the time and the line is rarely empty. */
export function drawStep(below: Below): Step {
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const which = below(64);
  const priority = pick([0, 0, 0, 0, 1, -1, 2, 40, -1000, 1000]);
  const timeoutMs = pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 1, 20, 100]);
  const ask = (): AskStep => ({
    bytes: below(2) === 0 ? pick(SIZES) : below(20) === 0 ? 0 : 1 + below(40_000),
    layout: below(3),
    priority,
    owner: below(4),
    answer: pick(ANSWERS),
  });
  const maybe = (value: number): number | undefined => (below(2) === 0 ? undefined : value);
  const dice = below(1100);
  if (dice < 260) return { do: 'acquire', timeoutMs, aborted: below(40) === 0, ...ask() };
  if (dice < 360) return { do: 'tryAcquire', ...ask() };
  if (dice < 400) return { do: 'acquireFrame', layout: below(3), priority, timeoutMs };
  if (dice < 450) return { do: 'retain', which };
  if (dice < 740) return { do: 'release', which };
  if (dice < 780) return { do: 'touchReleased', which };
  if (dice < 800) return { do: 'writeLate', which };
  if (dice < 860) return { do: 'abort', which };
  if (dice < 880) return { do: 'sendAway', which };
  if (dice < 905) return { do: pick(['comeHome', 'comeHome', 'comeHomeMoved', 'giveUp'] as const), which };
  if (dice < 950) return { do: 'advance', ms: pick([0, 1, 7, 30, 200]) };
  if (dice < 975)
    return {
      do: 'trim',
      bytes: maybe(below(100_000)),
      idleMs: maybe(pick([0, 1, 25, 100])),
      maxPriority: maybe(pick([-1000, -1, 0, 1, 1000])),
      level: pick(LEVELS),
    };
  if (dice < 990) return { do: 'limit', share: pick([1, 1, 0.85, 0.5, 0.1, 0]) };
  if (dice < 992) return { do: 'flush' };
  return { do: 'settle' };
}
