import { ManagedMemory } from './managed-memory.js';
import { checkMemoryOptions, type MemoryManagerOptions } from './manager-options.js';
import type { MemoryManager } from './memory-manager.js';

/**
 * Makes the manager of a process's memory.
 *
 * @param options - the budget and its parts, the source of pressure, and what else differs from the defaults
 * @throws FramerailError `E_UNBOUNDED` if a budget is missing; `E_INVALID_ARGUMENT`; `E_PRESSURE_SOURCE`
 */
export function createMemoryManager(options: MemoryManagerOptions): MemoryManager {
  return new ManagedMemory(checkMemoryOptions(options));
}
