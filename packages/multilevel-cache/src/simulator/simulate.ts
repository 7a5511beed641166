import { setImmediate } from 'node:timers/promises';
import {
  expectInteger,
  expectObject,
  expectOneOf,
  invalidArgument,
  throwIfAborted,
} from '@framerail/lifecycle';
import {
  DEFAULT_EVICTION_POLICY,
  EVICTION_POLICIES,
  type EvictionPolicyName,
} from '../eviction/eviction-policies.js';
import { beladyMisses } from './belady.js';
import type { LoadedTrace } from './loaded-trace.js';
import { Replay } from './replay.js';

/** Events that are replayed before others get their turn. */
const AT_ONCE = 65_536;

/** What to simulate. */
export interface SimulateOptions {
  /** What is asked for. */
  readonly trace: LoadedTrace;
  /** Sizes of the caches: bytes, or entries if those of the trace have no sizes; integers of 1 or more. */
  readonly sizes: readonly number[];
  /** Which policies; default: all. */
  readonly policies?: readonly EvictionPolicyName[] | undefined;
  /** Ends it with `E_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** What came of one policy at one size. */
export interface PolicyOutcome {
  /** Its name. */
  readonly policy: EvictionPolicyName;
  /** Whether it is what caches use that weren't told. */
  readonly default: boolean;
  /** Hits over requests, 0 to 1. */
  readonly hitRate: number;
  /** Requests for what wasn't there. */
  readonly missCount: number;
}

/** What came of all at one size. */
export interface SizeOutcome {
  /** Bytes, or entries if those of the trace have no sizes. */
  readonly size: number;
  /** In the order in which they were asked for. */
  readonly policies: readonly PolicyOutcome[];
  /** Hit rate of Belady's, which knows the future; 0 to 1. With sizes no bound, see `beladyMisses`. */
  readonly opt: number;
}

/** What came of a simulation. */
export interface SimulationOutcome {
  /** The trace's name. */
  readonly trace: string;
  /** Requests in it. */
  readonly requests: number;
  /** In the order of `sizes`. */
  readonly results: readonly SizeOutcome[];
}

/**
 * Replays a trace with caches of several sizes and policies, each of them empty at first, and with one that knows the
 * future. The same trace gives the same result in every run.
 *
 * @param options - trace, sizes and policies
 * @throws FramerailError `E_INVALID_ARGUMENT` for sizes or policies that are wrong, `E_ABORTED`
 */
export async function simulate(options: SimulateOptions): Promise<SimulationOutcome> {
  const { trace, sizes, signal } = expectObject('options', options, 'options { trace, sizes, … }');
  const names = Object.keys(EVICTION_POLICIES) as EvictionPolicyName[];
  const policies = options.policies ?? names;
  if (!Array.isArray(sizes) || sizes.length === 0) throw invalidArgument('sizes', 'one size or more', sizes);
  for (const size of sizes) expectInteger('sizes', size, { min: 1 });
  for (const policy of policies) expectOneOf('policies', policy, names);
  const { requests } = trace;
  const rate = (misses: number): number => (requests === 0 ? 0 : (requests - misses) / requests);
  const results: SizeOutcome[] = [];
  for (const size of sizes) {
    const outcomes: PolicyOutcome[] = [];
    for (const policy of policies) {
      const missCount = await missesOf(policy, size, trace, signal);
      const isDefault = policy === DEFAULT_EVICTION_POLICY;
      outcomes.push({ policy, default: isDefault, hitRate: rate(missCount), missCount });
    }
    results.push({ size, policies: outcomes, opt: rate(beladyMisses(trace, size)) });
  }
  return { trace: trace.name, requests, results };
}

async function missesOf(
  name: EvictionPolicyName,
  maxBytes: number,
  trace: LoadedTrace,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { hashes } = trace;
  const policy = EVICTION_POLICIES[name]<number>({
    maxBytes,
    hash: hashes && ((id) => hashes[id] as number),
  });
  const replay = new Replay(trace, policy);
  for (let from = 0; from < trace.ids.length; from += AT_ONCE) {
    throwIfAborted(signal);
    replay.run(from, Math.min(from + AT_ONCE, trace.ids.length));
    await setImmediate();
  }
  return replay.misses;
}
