import type { ContractCase } from '@framerail/lifecycle/testing';
import type { ByteTier } from '../tiers/byte-tier.js';
import { badInputCases } from './byte-tier-input-cases.js';
import { limitCases } from './byte-tier-limit-cases.js';
import { storingCases } from './byte-tier-storing-cases.js';

/** What {@link byteTierContract} needs to know. */
export interface ByteTierContractOptions {
  /**
   * Makes an empty tier, anew for each case; the case opens and closes it.
   *
   * @param options - what it must be like
   */
  createTier(options: ByteTierRequest): ByteTier | Promise<ByteTier>;
  /** Bytes that the tier of most cases may take; default 4 MiB. */
  readonly maxBytes?: number | undefined;
}

/** What a case wants of a tier. */
export interface ByteTierRequest {
  /** Its cap. */
  readonly maxBytes: number;
  /** Milliseconds since 1970, as the case has it; a tier that asks another's clock leaves it. */
  readonly nowMs: () => number;
}

/**
 * What every {@link ByteTier} must do, as cases for the test runner at hand:
 * `for (const { name, run } of byteTierContract({ createTier })) test(name, run)`. Entries of the cases expire an hour
 * before or after the real time, so that a tier may use a clock of its own.
 *
 * @param options - how to make the tier
 */
export function byteTierContract(options: ByteTierContractOptions): readonly ContractCase[] {
  const { createTier, maxBytes = 4 * 1024 * 1024 } = options;
  const open = async (): Promise<ByteTier> => {
    const tier = await createTier({ maxBytes, nowMs: Date.now });
    await tier.open();
    return tier;
  };
  return [...storingCases(open), ...limitCases(open, maxBytes), ...badInputCases(open)];
}
