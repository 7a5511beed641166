import { FramerailError } from '@framerail/lifecycle';

/** A thread's part in a pool is over: it was detached, or taken back by another thread. */
export function notAttached(pool: string, thread: number): FramerailError {
  return new FramerailError({
    code: 'E_POOL_DETACHED',
    message: `Expected thread ${thread} to take part in pool ${pool} but it was detached or recovered; attach again`,
    details: { pool, thread },
  });
}

/** No number for one more thread. */
export function tooManyThreads(pool: string, maxThreads: number): FramerailError {
  return new FramerailError({
    code: 'E_POOL_BUSY',
    message: `${maxThreads} threads take part in pool ${pool} already; detach or recover one, or raise maxThreads`,
    details: { pool, maxThreads },
  });
}

/** A number that somebody has. */
export function threadTaken(pool: string, thread: number): FramerailError {
  return new FramerailError({
    code: 'E_POOL_BUSY',
    message: `Thread ${thread} takes part in pool ${pool} already; give each thread a number of its own, and recover one that ended`,
    details: { pool, thread },
  });
}

/** A handle made by another version of this package. */
export function otherVersion(expected: number, received: unknown): FramerailError {
  return new FramerailError({
    code: 'E_POOL_VERSION',
    message: `Expected the handle of a shared pool of version ${expected} but received version ${String(received)}; use one version of @framerail/buffer-pool in all threads`,
    details: { expected, received },
  });
}

/** A platform that has no way to do this. */
export function noSharedMemory(missing: string): FramerailError {
  return new FramerailError({
    code: 'E_UNSUPPORTED',
    message: `Expected ${missing} for a shared pool but this platform has none; a page needs to be cross-origin isolated, and a browser of 2025 or later`,
    details: { missing },
  });
}
