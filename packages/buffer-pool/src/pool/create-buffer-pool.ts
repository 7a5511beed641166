import { expectObject, invalidArgument } from '@framerail/lifecycle';
import type { Allocator } from '../allocators/allocator.js';
import { heapAllocator } from '../allocators/heap-allocator.js';
import type { BufferPool } from './buffer-pool.js';
import { BytePool } from './byte-pool.js';
import { expectAllocator } from './option-checks.js';
import { expectPoolOptions, type PoolOptions } from './pool-options.js';

/** Options of {@link createBufferPool}. */
export interface BufferPoolOptions extends PoolOptions {
  /** Where memory comes from; default {@link heapAllocator}. */
  readonly allocator?: Allocator | undefined;
  /**
   * Fills memory with 0xDB when it is released and looks at it before it is lent again or freed, so that writes after the
   * release become `lateWrite` events: for debugging, at the price of writing and reading all memory once more. Default `false`.
   */
  readonly poison?: boolean | undefined;
}

/**
 * Makes a pool.
 *
 * @param options - the budget, and what else differs from the defaults
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_INVALID_ARGUMENT`
 */
export function createBufferPool(options: BufferPoolOptions): BufferPool {
  expectObject('options', options, 'options { maxBytes, … }');
  const { poison = false, allocator = heapAllocator() } = options;
  const settings = expectPoolOptions(options, 'buffers');
  if (typeof poison !== 'boolean') throw invalidArgument('poison', 'a boolean', poison);
  return new BytePool({ ...settings, poison }, expectAllocator(allocator));
}
