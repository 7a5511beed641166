import { FramerailError } from '@framerail/lifecycle';
import { warn } from '../pool/warn.js';
import type { BudgetKind } from './memory-manager.js';

/** A share that can't set so much aside. */
export function overBudget(kind: BudgetKind, wanted: number, available: number): FramerailError {
  return new FramerailError({
    code: 'E_MEMORY_BUDGET',
    message: `Expected a pool of at most the ${available} bytes that are left of the budget for ${kind} but received ${wanted}; close other pools, wait for leases to come back, or raise budgets.${kind}`,
    details: { kind, requiredBytes: wanted, availableBytes: available },
  });
}

/** Budgets that don't fit into the process's. */
export function budgetsTooLarge(sum: number, maxBytes: number): FramerailError {
  return new FramerailError({
    code: 'E_INVALID_ARGUMENT',
    message: `Expected budgets of at most the ${maxBytes} bytes of maxBytes together but received ${sum}; what the caches need comes on top`,
    details: { name: 'budgets', sum, maxBytes },
  });
}

/** Something that a caller gave and that failed where nobody waits for it: says so where a program's warnings go. */
export function warnOfMemory(message: string, cause: unknown): void {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  warn('FramerailMemoryWarning', `${message}: ${reason}`);
}
