import type { Lease } from '@framerail/lifecycle';
import type { AwayBlock } from '../leases/away-block.js';
import { CallSite } from '../leases/call-site.js';
import { leaseEnded, leaseShared } from '../leases/lease-errors.js';
import type { ReturnPort } from './lease-message.js';
import { type Luggage, sendHome } from './passage.js';
import { openReturnPath, whenClosed } from './return-path.js';

/** What the holders of received memory share. */
interface Stay {
  readonly luggage: Luggage;
  readonly port: ReturnPort;
  readonly recordsReleases: boolean;
  holders: number;
  /** Whether home waits no longer, as far as this thread was told. */
  isGivenUp: boolean;
}

/**
 * Safety net: memory of a lease that was collected unreleased is given up, because somebody may have kept a view of it.
 */
const forgotten = new FinalizationRegistry<Stay>((stay) => {
  stay.holders -= 1;
  if (stay.holders === 0) stay.port.close();
});

/** A holder's share of memory that belongs to a pool of another thread. */
export class ReceivedLease implements Lease {
  readonly byteLength: number;
  #stay: Stay | undefined;
  #view: Uint8Array | undefined;
  #sentOn = false;
  #endedAt: CallSite | undefined;

  private constructor(stay: Stay, byteLength: number) {
    this.#stay = stay;
    this.#view = stay.luggage.memory.subarray(0, byteLength);
    this.byteLength = byteLength;
    stay.holders += 1;
    forgotten.register(this, stay, this);
  }

  /** The first holder. */
  static of(luggage: Luggage, port: ReturnPort, byteLength: number, recordsReleases: boolean): ReceivedLease {
    const stay: Stay = { luggage, port, recordsReleases, holders: 0, isGivenUp: false };
    whenClosed(port, () => {
      stay.isGivenUp = true;
    });
    return new ReceivedLease(stay, byteLength);
  }

  get bytes(): Uint8Array {
    return this.#view ?? this.#refuse('Reading');
  }

  retain(): Lease {
    return new ReceivedLease(this.#stay ?? this.#refuse('Retaining'), this.byteLength);
  }

  release(): void {
    const stay = this.#end(this.#stay ?? this.#refuse('Releasing'));
    stay.holders -= 1;
    if (stay.holders === 0) sendHome(stay.luggage, stay.port);
  }

  [Symbol.dispose](): void {
    if (!this.#sentOn) this.release();
  }

  /** Ends the lease here so that the memory can be posted to a third thread. */
  leave(): { readonly luggage: Luggage; readonly port: ReturnPort; readonly recordsReleases: boolean } {
    const stay = this.#stay ?? this.#refuse('Sending away');
    const { holders } = stay;
    if (holders > 1) throw leaseShared(this.byteLength, holders);
    this.#sentOn = true;
    const { luggage, port: wayHome, isGivenUp, recordsReleases } = this.#end(stay);
    // A closed port can't be posted. Memory that nobody waits for goes home to nobody.
    const port = isGivenUp ? openReturnPath(nobodys(luggage), luggage.passage).port : wayHome;
    // A view of its own tells the next message from the one that this lease came of.
    return { luggage: { ...luggage, memory: luggage.memory.subarray() }, port, recordsReleases };
  }

  #end(stay: Stay): Stay {
    this.#stay = undefined;
    this.#view = undefined;
    if (stay.recordsReleases) this.#endedAt = new CallSite();
    forgotten.unregister(this);
    return stay;
  }

  #refuse(deed: string): never {
    throw leaseEnded(deed, {
      byteLength: this.byteLength,
      name: 'a received lease',
      end: this.#sentOn ? 'sent on' : 'released',
      endedAt: this.#endedAt?.describe(2),
    });
  }
}

function nobodys({ memory }: Luggage): AwayBlock {
  return {
    memory,
    byteLength: memory.byteLength,
    recordsReleases: false,
    comeHome: () => {},
    giveUp: () => {},
  };
}
