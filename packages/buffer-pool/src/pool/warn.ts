import type { LostLease } from '../leases/leak-watch.js';
import type { LateWrite } from './buffer-pool.js';
import { describeThrown } from './pool-errors.js';

/**
 * Says something where a program's warnings go.
 *
 * @param name - the kind of warning, which `node --trace-warnings` and listeners of `warning` see
 */
export function warn(name: string, message: string): void {
  const host = globalThis as { process?: { emitWarning?(text: string, name: string): void } };
  if (typeof host.process?.emitWarning === 'function') host.process.emitWarning(message, name);
  else console.warn(message);
}

/** Tells of what foreign code threw in the middle of the pool's work. */
export function warnOfThrow(pool: string, what: string, error: unknown): void {
  warn('FramerailCallbackFailed', `${what} of pool ${pool} threw; the pool goes on. ${stackOf(error)}`);
}

function stackOf(error: unknown): string {
  try {
    if (error instanceof Error && typeof error.stack === 'string') return error.stack;
  } catch {
    // A getter that throws has no more to say than what it is called on.
  }
  return describeThrown(error);
}

/** For pools on which nobody listens for `lost`. */
export function warnOfLoss({ pool, bytesRecovered, acquiredAt }: LostLease): void {
  const where =
    acquiredAt === undefined
      ? "leakDetection: 'full' tells where it was acquired."
      : `It was acquired at:\n${acquiredAt}`;
  warn(
    'FramerailLostLease',
    `A lease of pool ${pool} was collected without having been released; ${bytesRecovered} bytes went back to its budget. ${where}`,
  );
}

/** For pools on which nobody listens for `lateWrite`. */
export function warnOfLateWrite({ pool, offset, byteLength, releasedAt }: LateWrite): void {
  const where =
    releasedAt === undefined
      ? "leakDetection: 'full' tells where it was released."
      : `It was released at:\n${releasedAt}`;
  warn(
    'FramerailLateWrite',
    `Memory of pool ${pool} was written to after its release, first at byte ${offset} of ${byteLength}. ${where}`,
  );
}
