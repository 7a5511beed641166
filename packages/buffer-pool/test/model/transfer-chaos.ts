import { MessageChannel } from 'node:worker_threads';
import type { Lease } from '@framerail/lifecycle';
import {
  type Allocator,
  type BufferPool,
  createBufferPool,
  type LeaseMessage,
  type LeaseTransfer,
  receiveLease,
  transferLease,
} from '../../src/index.js';
import { settle } from '../settled.js';
import { carry } from '../transfer/carry.js';
import { home } from '../transfer/home.js';
import { codeOf, demand } from './demand.js';
import { type Below, seededNumbers } from './steps.js';

const MAX_BYTES = 200_000;
const ACTIONS = [
  'acquire',
  'acquire',
  'acquire',
  'send',
  'send',
  'send',
  'post',
  'post',
  'post',
  'receive',
  'receive',
  'receive',
  'release',
  'release',
  'retain',
  'cancel',
  'lose',
  'give up',
  'receive again',
  'trim',
  'turn',
  'turn',
  'turn',
] as const;

/** Memory and what is written in it, wherever it is. */
interface Carried<T> {
  readonly what: T;
  readonly mark: number;
  /** What its first journey can be called off with. */
  readonly transfer: LeaseTransfer | undefined;
}

/**
 * Leases that go from thread to thread by real ports (within one thread, so that a seed decides on the order), that are
 * called off, given up and lost on the way. None may be lent to two at once, and the pool has to be whole in the end.
 */
export class TransferChaos {
  readonly log: string[] = [];
  /** How many journeys ended how. */
  readonly counts = { received: 0, lost: 0, cancelled: 0, givenUp: 0 };
  readonly #pool: BufferPool;
  readonly #below: Below;
  readonly #leases: Carried<Lease>[] = [];
  readonly #packed: Carried<LeaseTransfer>[] = [];
  readonly #arrived: Carried<LeaseMessage>[] = [];
  readonly #received: LeaseMessage[] = [];
  #marks = 0;

  constructor(seed: number, allocator: Allocator) {
    this.#below = seededNumbers(seed);
    this.#pool = createBufferPool({ maxBytes: MAX_BYTES, allocator, poison: seed % 2 === 0 });
  }

  /** Does something, and looks whether all is well. */
  async step(): Promise<void> {
    const action = ACTIONS[this.#below(ACTIONS.length)] as (typeof ACTIONS)[number];
    this.log.push(action);
    if (action === 'turn') await settle();
    else this.#act(action);
    this.#check();
  }

  /** Ends all journeys and gives everything back: then nothing is out, and the whole budget can be lent. */
  async end(): Promise<void> {
    for (const { what } of this.#packed.splice(0)) what.cancel();
    for (const one of this.#arrived.splice(0)) this.#leases.push({ ...one, what: receiveLease(one.what) });
    for (const { what } of this.#leases.splice(0)) what.release();
    await home(this.#pool);
    this.#pool.flush();
    using all = await this.#pool.acquire(MAX_BYTES, { timeoutMs: 0 });
    demand(all.byteLength === MAX_BYTES, 'the budget is not whole');
    demand(this.#pool.stats().lateWrites === 0, 'somebody wrote to memory that the pool had');
    this.#pool.close();
  }

  #act(action: Exclude<(typeof ACTIONS)[number], 'turn'>): void {
    if (action === 'acquire') this.#acquire();
    else if (action === 'send') this.#send();
    else if (action === 'post') this.#post();
    else if (action === 'receive') this.#receive();
    else if (action === 'release') this.#take(this.#leases)?.what.release();
    else if (action === 'retain') this.#retain();
    else if (action === 'cancel') this.#cancel();
    else if (action === 'lose') this.#lose();
    else if (action === 'give up') this.#giveUp();
    else if (action === 'receive again') this.#receiveAgain();
    else this.#pool.trim({ bytes: this.#below(50_000) });
  }

  #check(): void {
    const { bytesInUse, bytesFree } = this.#pool.stats();
    demand(
      bytesInUse + bytesFree <= MAX_BYTES,
      `${bytesInUse} and ${bytesFree} bytes are more than the budget`,
    );
    for (const { what, mark } of this.#leases) {
      const whole = what.bytes[0] === mark && what.bytes[what.byteLength - 1] === mark;
      demand(whole, `a lease of ${what.byteLength} bytes was written to by somebody else`);
    }
  }

  #acquire(): void {
    const lease = this.#pool.tryAcquire(1 + this.#below(30_000));
    if (lease === undefined) return;
    this.#marks = (this.#marks + 1) % 199;
    lease.bytes[0] = this.#marks;
    lease.bytes[lease.byteLength - 1] = this.#marks;
    this.#leases.push({ what: lease, mark: this.#marks, transfer: undefined });
  }

  #retain(): void {
    const one = this.#leases[this.#below(Math.max(1, this.#leases.length))];
    if (one !== undefined) this.#leases.push({ ...one, what: one.what.retain() });
  }

  #send(): void {
    const one = this.#take(this.#leases);
    if (one === undefined) return;
    let sent: LeaseTransfer | undefined;
    const code = codeOf(() => {
      sent = transferLease(one.what);
    });
    // Somebody else has it too.
    if (code === 'E_LEASE_SHARED') this.#leases.push(one);
    else if (sent === undefined) throw new Error(`transferLease threw ${code}`);
    else this.#packed.push({ what: sent, mark: one.mark, transfer: one.transfer ?? sent });
  }

  #post(): void {
    const one = this.#take(this.#packed);
    if (one === undefined) return;
    try {
      this.#arrived.push({ ...one, what: carry(one.what) });
    } catch {
      // Whoever sent it first has given it up, which closed its way.
      one.what.cancel();
    }
  }

  #receive(): void {
    const one = this.#take(this.#arrived);
    if (one === undefined) return;
    const { byteLength } = one.what;
    const lease = receiveLease(one.what);
    demand(lease.byteLength === byteLength, `${lease.byteLength} bytes were received, not ${byteLength}`);
    this.counts.received += 1;
    this.#leases.push({ ...one, what: lease });
    this.#received.push(one.what);
  }

  #receiveAgain(): void {
    const message = this.#received[this.#below(Math.max(1, this.#received.length))];
    if (message === undefined) return;
    const code = codeOf(() => receiveLease(message));
    demand(code.startsWith('E_'), `a message could be received twice, or: ${code}`);
  }

  #cancel(): void {
    const one = this.#take(this.#packed);
    if (one === undefined) return;
    one.what.cancel();
    one.what.cancel();
    this.counts.cancelled += 1;
  }

  /** Posts to somebody who goes before they look. */
  #lose(): void {
    const one = this.#take(this.#packed);
    if (one === undefined) return;
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(one.what.message, one.what.transfer);
    } catch {
      one.what.cancel();
    }
    port2.close();
    this.counts.lost += 1;
  }

  /** Whoever sent it waits no longer; who has it goes on. */
  #giveUp(): void {
    const { transfer } = this.#leases[this.#below(Math.max(1, this.#leases.length))] ?? {};
    if (transfer === undefined) return;
    transfer.giveUp();
    transfer.cancel();
    this.counts.givenUp += 1;
  }

  #take<T>(list: T[]): T | undefined {
    return list.splice(this.#below(Math.max(1, list.length)), 1)[0];
  }
}
