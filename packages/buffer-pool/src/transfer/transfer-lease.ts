import { expectObject, FramerailError, invalidArgument, type Lease } from '@framerail/lifecycle';
import type { AwayBlock } from '../leases/away-block.js';
import type { FrameDescription } from '../leases/pooled-frame.js';
import { allocationFailed } from '../pool/pool-errors.js';
import {
  expectLeaseMessage,
  type LeaseMessage,
  type LeaseTransfer,
  MESSAGE_VERSION,
  type PlatformPort,
  type ReturnPort,
} from './lease-message.js';
import { type Luggage, pack, sendHome, transferListOf } from './passage.js';
import { ReceivedLease } from './received-lease.js';
import { openReturnPath } from './return-path.js';

/** What a message was made of. */
interface Consignment {
  readonly luggage: Luggage;
  readonly port: ReturnPort;
  readonly recordsReleases: boolean;
  /** For memory whose home is here. */
  readonly giveUp?: () => void;
}

/** What leaves this thread by a port, until it is received; `over` stands for what arrived by it or was called off. */
const consignments = new WeakMap<ReturnPort, Consignment | 'over'>();

/** Messages that were made and maybe never posted: Node keeps ports open that nobody has, and their memory with them. */
const unposted = new FinalizationRegistry<Consignment>(callOff);

/**
 * Ends a lease here and packs its memory for another thread of this process, copy-free where the memory allows it: heap
 * memory moves (views of it are empty from now on), shared memory is shared, the addon's moves from the main thread and
 * is copied from workers. Post the message to one thread, with the transfer list, and call {@link receiveLease} there.
 *
 * The memory stays counted as lent until its last holder there has released it. In Node its bytes go back to the budget
 * if the other thread ends first, or the message is never delivered; the memory is then never lent again. Browsers don't
 * tell: see `giveUp()` of what is returned. Memory that is away doesn't keep the process alive.
 *
 * @param lease - of a pool of this thread, or one that was received; without other holders
 * @returns what to post. If it couldn't be posted, `cancel()` brings the memory home
 * @throws FramerailError `E_LEASE_RELEASED`; `E_LEASE_SHARED` while the memory has other holders (the lease stays);
 *   `E_INVALID_ARGUMENT` for a lease of another make, such as a shared pool's; `E_POOL_ALLOCATION_FAILED` when
 *   there is no memory for a copy (the lease is released then)
 */
export function transferLease(lease: Lease): LeaseTransfer {
  return transferWith(lease, undefined);
}

/** {@link transferLease}, with what the memory holds. */
export function transferWith(lease: Lease, frame: FrameDescription | undefined): LeaseTransfer {
  const { byteLength } = expectObject('lease', lease, 'a lease of a pool of this thread');
  const consignment: Consignment = lease instanceof ReceivedLease ? lease.leave() : sendAway(lease);
  const { luggage, port, recordsReleases } = consignment;
  consignments.set(port, consignment);
  const message: LeaseMessage = Object.freeze({
    type: 'framerail-lease',
    version: MESSAGE_VERSION,
    ...luggage,
    byteLength,
    recordsReleases,
    port,
    ...(frame === undefined ? {} : { frame }),
  });
  unposted.register(message, consignment);
  const transfer = [...transferListOf(luggage), port as PlatformPort];
  return Object.freeze({
    message,
    transfer,
    cancel: () => callOff(consignment),
    giveUp: () => consignment.giveUp?.(),
  });
}

/**
 * Makes a lease of what {@link transferLease} sent. Its last release posts the memory home.
 *
 * @param message - as it came out of the port; each is received once
 * @returns a lease like any other, which the caller releases once
 * @throws FramerailError `E_INVALID_ARGUMENT` for any other message; `E_LEASE_RECEIVED` the second time;
 *   `E_LEASE_MESSAGE_VERSION` if the other thread has another version of this package
 */
export function receiveLease(message: unknown): Lease {
  return receiveWith(message, () => undefined).lease;
}

/**
 * {@link receiveLease}, with a look at the rest of the message before it counts as received.
 *
 * @param look - throws to leave the message as it is
 */
export function receiveWith<T>(
  message: unknown,
  look: (message: LeaseMessage) => T,
): { lease: Lease; seen: T } {
  const { memory, passage, port, byteLength, recordsReleases = false } = expectLeaseMessage(message);
  const known = consignments.get(port);
  // Memory that was sent on leaves by the same port, which the message that it came with has too.
  if (known === 'over' || (known !== undefined && known.luggage.memory !== memory))
    throw new FramerailError({
      code: 'E_LEASE_RECEIVED',
      message: `The message of a lease of ${byteLength} bytes was received already or called off; use the lease that came of it, and retain() for more holders`,
      details: { byteLength },
    });
  const seen = look(message as LeaseMessage);
  consignments.set(port, 'over');
  return { lease: ReceivedLease.of({ memory, passage }, port, byteLength, recordsReleases), seen };
}

/** Brings home what wasn't posted. On what was posted it does nothing: its port is not here any more. */
function callOff(consignment: Consignment): void {
  const { luggage, port } = consignment;
  if (consignments.get(port) !== consignment) return;
  consignments.set(port, 'over');
  sendHome(luggage, port);
}

function sendAway(lease: Lease): Consignment {
  const { sendAway: leave } = lease as { sendAway?(): AwayBlock };
  if (typeof leave !== 'function')
    throw invalidArgument(
      'lease',
      'a lease of a pool of this thread (those of shared pools stay in theirs)',
      lease,
    );
  const away = leave.call(lease);
  let luggage: Luggage;
  try {
    luggage = pack(away.memory, away.byteLength);
  } catch (cause) {
    away.comeHome(away.memory);
    throw allocationFailed('copies for other threads', away.byteLength, cause);
  }
  return { luggage, recordsReleases: away.recordsReleases, ...openReturnPath(away, luggage.passage) };
}
