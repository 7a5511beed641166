import { FramerailError } from '@framerail/lifecycle';
import { CallSite } from './call-site.js';

/** Calls of this package between the place of a second use and the error: this one, what refuses and what is refused. */
const CALLS_TO_USE = 3;

/** A lease that is used after its end. */
export interface EndedLease {
  readonly byteLength: number;
  /** What it is called: `a lease`. */
  readonly name: string;
  /** How it ended: `released`. */
  readonly end: string;
  /** Where, if that was recorded. */
  readonly endedAt: string | undefined;
}

/**
 * Makes the error for a use of a lease that has ended, with the places of both if that of the first was recorded.
 *
 * @param deed - what was tried, such as `Reading`
 */
export function leaseEnded(deed: string, { byteLength, name, end, endedAt }: EndedLease): FramerailError {
  const where =
    endedAt === undefined
      ? "; a pool with leakDetection: 'full' says where that was"
      : `, first at:\n${endedAt}\nand then used at:\n${new CallSite().describe(CALLS_TO_USE)}`;
  return new FramerailError({
    code: 'E_LEASE_RELEASED',
    message: `${deed} ${name} of ${byteLength} bytes was refused because it has been ${end}${where}`,
    details: { byteLength, releasedAt: endedAt },
  });
}

/** A lease that can't be sent to another thread because others have its memory too. */
export function leaseShared(byteLength: number, holders: number): FramerailError {
  return new FramerailError({
    code: 'E_LEASE_SHARED',
    message: `A lease of ${byteLength} bytes was not sent away because ${holders - 1} other holders have its memory; let them release first, or send a copy`,
    details: { byteLength, holders },
  });
}
