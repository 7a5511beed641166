import { type Clock, withTimeout } from '@framerail/lifecycle';
import type { CircuitBreaker } from '../breaker/circuit-breaker.js';
import type { ByteTier } from '../tiers/byte-tier.js';

/** Milliseconds that a tier that is well may take to write down what it has to. */
const MOST_MS = 60_000;

/** How a tier is closed. */
export interface ClosingOptions {
  readonly clock: Clock;
  /** Milliseconds that a tier that is ill gets. */
  readonly timeoutMs: number;
}

/**
 * Closes a tier. Nobody waits for ever for one that doesn't answer: one whose last call failed gets as long as any call,
 * and then it is left.
 *
 * @throws what a tier throws, and `E_TIMEOUT` for one that seemed well
 */
export async function closeTier(
  tier: ByteTier,
  breaker: CircuitBreaker,
  { clock, timeoutMs }: ClosingOptions,
): Promise<void> {
  const { isWell } = breaker;
  const closing = tier.close();
  closing.catch(() => {});
  try {
    await withTimeout(closing, {
      timeoutMs: isWell ? Math.max(timeoutMs, MOST_MS) : timeoutMs,
      clock,
      what: `Closing of the tier ${tier.name}`,
    });
  } catch (error) {
    if (isWell) throw error;
  }
}
