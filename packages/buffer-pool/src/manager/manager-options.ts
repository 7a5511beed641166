import {
  type Clock,
  expectInteger,
  expectLimit,
  expectNumber,
  expectObject,
  invalidArgument,
  type PressureLevel,
  type PressureSource,
  systemClock,
} from '@framerail/lifecycle';
import type { Allocator } from '../allocators/allocator.js';
import { heapAllocator } from '../allocators/heap-allocator.js';
import type { LeakDetection } from '../leases/call-site.js';
import { expectAllocator, expectClock, expectDelay, expectLeakDetection } from '../pool/option-checks.js';
import { budgetsTooLarge } from './manager-errors.js';
import { PRESSURE_LEVELS } from './pressure-order.js';

/** How the process's budget is divided, in bytes. What the three leave is for caches that register. */
export interface MemoryBudgets {
  /** Frames. */
  readonly video: number;
  /** Sound. */
  readonly audio: number;
  /** Small pictures. */
  readonly thumbnails: number;
}

/** Options of {@link createMemoryManager}. */
export interface MemoryManagerOptions {
  /** The process's budget, in bytes. There is no default. */
  readonly maxBytes: number;
  /** Its parts; each has to be set, and together they are at most `maxBytes`. */
  readonly budgets: MemoryBudgets;
  /** What tells how short memory is; default: it never is. */
  readonly source?: PressureSource | undefined;
  /** What may be held at a level, as shares of `maxBytes` from 0 to 1 that don't rise. Default: 1, 0.85, 0.7, 0.5. */
  readonly limits?: Readonly<Partial<Record<PressureLevel, number>>> | undefined;
  /** Milliseconds for which the source must have told a lower level before the one in force falls by a step, 0 to 2^31 - 1. Default 2000. */
  readonly fallAfterMs?: number | undefined;
  /** Milliseconds for which the level must have been `high` or worse before smaller buffers are given, 0 to 2^31 - 1. Default 5000. */
  readonly degradeAfterMs?: number | undefined;
  /** Milliseconds after which free buffers for sound count as idle. Default 10,000. */
  readonly idleAudioMs?: number | undefined;
  /** Requests that may wait at once, for each share and each pool. Default 1024. */
  readonly maxWaiters?: number | undefined;
  /** Milliseconds of waiting that count as much as 1 of priority, 1 to 2^31 - 1. Default 1000. */
  readonly agingMs?: number | undefined;
  /** Where memory comes from; default {@link heapAllocator}. */
  readonly allocator?: Allocator | undefined;
  /** How leases that nobody releases are looked for, as for a pool. Default `sampled`. */
  readonly leakDetection?: LeakDetection | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** {@link MemoryManagerOptions}, checked and complete. */
export interface MemorySettings {
  readonly maxBytes: number;
  readonly budgets: MemoryBudgets;
  readonly source: PressureSource | undefined;
  /** Bytes that may be held, by level. */
  readonly limitBytes: Readonly<Record<PressureLevel, number>>;
  readonly fallAfterMs: number;
  readonly degradeAfterMs: number;
  readonly idleAudioMs: number;
  readonly maxWaiters: number;
  readonly agingMs: number;
  readonly allocator: Allocator;
  readonly leakDetection: LeakDetection;
  readonly clock: Clock;
}

const DEFAULT_LIMITS: Readonly<Record<PressureLevel, number>> = {
  none: 1,
  moderate: 0.85,
  high: 0.7,
  critical: 0.5,
};

/** @throws FramerailError `E_UNBOUNDED`, `E_INVALID_ARGUMENT` */
export function checkMemoryOptions(options: MemoryManagerOptions): MemorySettings {
  expectObject('options', options, 'options { maxBytes, budgets, … }');
  const maxBytes = expectLimit('maxBytes', options.maxBytes);
  const given = expectObject('budgets', options.budgets, 'budgets { video, audio, thumbnails }');
  const budgets = Object.freeze({
    video: expectLimit('budgets.video', given.video),
    audio: expectLimit('budgets.audio', given.audio),
    thumbnails: expectLimit('budgets.thumbnails', given.thumbnails),
  });
  const sum = budgets.video + budgets.audio + budgets.thumbnails;
  if (sum > maxBytes) throw budgetsTooLarge(sum, maxBytes);
  const { source } = options;
  if (source !== undefined && typeof source?.on !== 'function')
    throw invalidArgument('source', 'a pressure source { level, on }', source);
  const { allocator = heapAllocator(), clock = systemClock } = options;
  return Object.freeze({
    maxBytes,
    budgets,
    source,
    limitBytes: limitBytes(maxBytes, options.limits ?? {}),
    fallAfterMs: expectDelay('fallAfterMs', options.fallAfterMs ?? 2000, 0),
    degradeAfterMs: expectDelay('degradeAfterMs', options.degradeAfterMs ?? 5000, 0),
    idleAudioMs: expectNumber('idleAudioMs', options.idleAudioMs ?? 10_000, { min: 0 }),
    maxWaiters: expectInteger('maxWaiters', options.maxWaiters ?? 1024, { min: 0 }),
    agingMs: expectDelay('agingMs', options.agingMs ?? 1000),
    allocator: expectAllocator(allocator),
    clock: expectClock(clock),
    leakDetection: expectLeakDetection(options.leakDetection ?? 'sampled'),
  });
}

function limitBytes(
  maxBytes: number,
  limits: Readonly<Partial<Record<PressureLevel, number>>>,
): Readonly<Record<PressureLevel, number>> {
  expectObject('limits', limits, 'limits { none, moderate, high, critical }');
  let above = 1;
  const bytes = { none: 0, moderate: 0, high: 0, critical: 0 };
  for (const level of PRESSURE_LEVELS) {
    const given = limits[level];
    // A level that isn't set allows no more than the one before it.
    const share = given ?? Math.min(DEFAULT_LIMITS[level], above);
    above = expectNumber(`limits.${level}`, share, { min: 0, max: above });
    bytes[level] = Math.floor(share * maxBytes);
  }
  return Object.freeze(bytes);
}
