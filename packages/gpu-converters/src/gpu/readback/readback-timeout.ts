import { FramerailError } from '@framerail/lifecycle';

/** Who has what, when a wait was too long. */
export interface RingSituation {
  readonly timeoutMs: number;
  readonly slots: number;
  readonly reading: number;
  /** Milliseconds that each lease has been out, the oldest first. */
  readonly leaseAgesMs: readonly number[];
  /** Leases that were collected as garbage without having been released. */
  readonly lost: number;
}

/** No slot came free. */
export function slotTimeout(situation: RingSituation): FramerailError {
  const { timeoutMs, slots, reading, leaseAgesMs, lost } = situation;
  const oldest = leaseAgesMs[0];
  const since = oldest === undefined ? '' : `, the oldest for ${oldest.toFixed(0)} ms`;
  const gone = lost === 0 ? '' : `; ${lost} were dropped without having been released`;
  return timeoutError(
    'slot',
    `Expected a free readback slot within ${timeoutMs} ms but received none: of ${slots} slots ` +
      `${leaseAgesMs.length} are lent${since}, ${reading} are being read${gone}; release results sooner, ` +
      'use more slots, or let the ring copy results (`copies`)',
    situation,
  );
}

/** The GPU didn't finish. */
export function copyTimeout(situation: RingSituation): FramerailError {
  const { timeoutMs, reading, leaseAgesMs } = situation;
  return timeoutError(
    'gpu',
    `Expected the GPU to finish a copy within ${timeoutMs} ms but received nothing (${reading} are being read, ` +
      `${leaseAgesMs.length} leases are out); submit the copy before reading it, or allow more time`,
    situation,
  );
}

function timeoutError(waitedFor: 'slot' | 'gpu', message: string, situation: RingSituation): FramerailError {
  const { timeoutMs, slots, reading, leaseAgesMs, lost } = situation;
  return new FramerailError({
    code: 'E_READBACK_TIMEOUT',
    message,
    details: {
      waitedFor,
      timeoutMs,
      slots,
      reading,
      leasesOut: leaseAgesMs.length,
      leaseAgesMs: Object.freeze([...leaseAgesMs]),
      lost,
    },
  });
}
