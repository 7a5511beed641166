import { FramerailError } from '@framerail/lifecycle';

/** A request that is larger than the whole budget. */
export function tooLarge(pool: string, byteLength: number, maxBytes: number): FramerailError {
  return new FramerailError({
    code: 'E_POOL_TOO_LARGE',
    message: `Expected a request of at most the ${maxBytes} bytes that pool ${pool} may hold but received ${byteLength}; raise maxBytes`,
    details: { pool, byteLength, maxBytes },
  });
}

/** A request to a pool that lends no more, or whose line was flushed. */
export function poolClosed(pool: string, how: 'closed' | 'flushed'): FramerailError {
  return new FramerailError({
    code: 'E_POOL_CLOSED',
    message: `Pool ${pool} was ${how}; no request that waited for memory will get any`,
    details: { pool, how },
  });
}

/** A line that is full. */
export function tooManyWaiters(pool: string, maxWaiters: number): FramerailError {
  return new FramerailError({
    code: 'E_POOL_BUSY',
    message: `${maxWaiters} requests wait for memory of pool ${pool} already; wait for some before asking again, or raise maxWaiters`,
    details: { pool, maxWaiters },
  });
}

/** A wait that took too long. */
export function waitedTooLong(
  pool: string,
  byteLength: number,
  timeoutMs: number,
  inUse: string,
): FramerailError {
  return new FramerailError({
    code: 'E_TIMEOUT',
    message: `No ${byteLength} bytes came free in pool ${pool} within ${timeoutMs} ms (${inUse})`,
    details: { pool, byteLength, timeoutMs },
  });
}

/** An allocator that failed or broke its promise. */
export function allocationFailed(allocator: string, byteLength: number, cause: unknown): FramerailError {
  const reason = describeThrown(cause);
  return new FramerailError({
    code: 'E_POOL_ALLOCATION_FAILED',
    message: `Allocator ${allocator} gave no ${byteLength} bytes: ${reason}`,
    cause,
    details: { allocator, byteLength },
  });
}

/** What was thrown, in words; anything can be, also what has none. */
export function describeThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'something that can not be described';
  }
}
