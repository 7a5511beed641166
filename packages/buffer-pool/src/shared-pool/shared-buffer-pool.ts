import { abortError, type Clock, type Lease, type TrimRequest } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { CallSite } from '../leases/call-site.js';
import { describeFrame, type FrameDescription, frameOf } from '../leases/pooled-frame.js';
import { SiteSampler } from '../leases/site-sampler.js';
import type { PoolAcquireOptions, TryAcquireOptions } from '../pool/acquire-options.js';
import { poolClosed, tooManyWaiters } from '../pool/pool-errors.js';
import { createCounters, type PoolStats } from '../pool/pool-stats.js';
import { tellOfLoss } from '../pool/tell.js';
import type { Attachment } from './attachment.js';
import { EXTENT, HEADER, PAGE_BYTES, TOTAL, WAITER_STATE } from './control-layout.js';
import { type LocalBlock, LocalBlocks } from './local-blocks.js';
import { collectReclaims } from './reclaims.js';
import { type CheckedRequest, RequestDesk } from './requests.js';
import { SharedLease, type SharedLender } from './shared-lease.js';
import type { SharedLedger } from './shared-ledger.js';
import type { SharedPool, SharedPoolHandle } from './shared-pool.js';
import { notAttached } from './shared-pool-errors.js';
import { sharedStats } from './shared-stats.js';
import { SharedUpkeep } from './shared-upkeep.js';
import { SharedWaits, type Wait } from './shared-waits.js';
import { Turns } from './turns.js';
import { WakeUps } from './wake-ups.js';

/** Calls of this package within the place of an acquisition: two of the sampler's and one of the pool's. */
const CALLS_TO_SITE = 3;

/** So many turns of the microtask queue after a promise brought a lease, whoever awaited it has it. */
const TURNS_TO_HOLDER = 16;

const NO_OPTIONS: PoolAcquireOptions = Object.freeze({});

/** A shared pool, as one thread uses it: the thread's side of requests, leases and waits. */
export class SharedBufferPool implements SharedPool, SharedLender {
  readonly name: string;
  readonly handle: SharedPoolHandle;
  readonly thread: number;
  readonly recordsReleases: boolean;
  readonly on: SharedPool['on'];
  readonly #attachment: Attachment;
  readonly #maxBytes: number;
  readonly #desk: RequestDesk;
  readonly #sites: SiteSampler;
  readonly #now: () => number;
  readonly #clock: Clock;
  readonly #ledger: SharedLedger;
  readonly #turns: Turns;
  readonly #blocks: LocalBlocks;
  readonly #waits: SharedWaits;
  readonly #wakeUps: WakeUps;
  readonly #upkeep: SharedUpkeep;
  #isDetached = false;

  constructor(attachment: Attachment) {
    const { handle, ledger, part, clock, leakDetection, layouts, layout } = attachment;
    this.#attachment = attachment;
    this.name = handle.name;
    this.handle = handle;
    this.thread = ledger.thread;
    this.recordsReleases = leakDetection === 'full';
    this.on = attachment.events.on;
    this.#clock = clock;
    this.#ledger = ledger;
    this.#now = () => clock.now();
    this.#maxBytes = layout.pages * PAGE_BYTES;
    this.#desk = new RequestDesk(this.name, this.#maxBytes, layouts);
    this.#sites = new SiteSampler(leakDetection, createCounters());
    this.#turns = new Turns(ledger, this.name, part);
    this.#upkeep = new SharedUpkeep(ledger, this.#turns, clock, this.#maxBytes);
    this.#blocks = new LocalBlocks(handle.arena, leakDetection, (block) => this.#recoverLost(block));
    this.#waits = new SharedWaits({
      pool: this.name,
      maxBytes: this.#maxBytes,
      ledger,
      turns: this.#turns,
      clock,
      ask: (wait) => this.#ask(wait),
      grant: (record, wait) => this.#lease(record, wait, TURNS_TO_HOLDER),
      see: () => this.#see(),
    });
    this.#wakeUps = new WakeUps(
      ledger,
      () => this.#waits.count > 0 || this.#blocks.reclaimable.size > 0,
      () => this.#see(),
    );
  }

  // Async, so that bad arguments reject instead of throwing from a function that returns a promise.
  async acquire(byteLength: number, options: PoolAcquireOptions = NO_OPTIONS): Promise<Lease> {
    return this.#acquire(this.#desk.check(byteLength, options, false), this.#sites.next());
  }

  async acquireFrame(frame: FrameDescription, options: PoolAcquireOptions = NO_OPTIONS): Promise<RawFrame> {
    const described = describeFrame('frame', frame);
    const request = this.#desk.check(described.layout.byteLength, options, true);
    return frameOf(await this.#acquire(request, this.#sites.next()), described);
  }

  tryAcquire(byteLength: number, options: TryAcquireOptions = NO_OPTIONS): Lease | undefined {
    const request = this.#desk.check(byteLength, options, false);
    const acquiredAt = this.#sites.next();
    this.#demandOpen();
    if (!this.#turns.enter()) return undefined;
    let record = 0;
    try {
      record = this.#lendAtOnce(request);
    } catch (error) {
      this.#ledger.control.undo();
      throw error;
    } finally {
      this.#turns.leave();
    }
    if (record !== 0) return this.#lease(record, { request, acquiredAt }, 0);
    this.#blocks.look();
    return undefined;
  }

  trim(request: TrimRequest = {}): number {
    this.#upkeep.trim(request);
    this.#see();
    // Shared memory can't be given back to the system.
    return 0;
  }

  limit(bytes: number): void {
    this.#upkeep.limit(bytes);
  }

  flush(): void {
    this.#refuseAll(WAITER_STATE.flushed);
  }

  close(): void {
    if (this.#turns.isOver) return;
    Atomics.store(this.#ledger.control.words, HEADER.closed, 1);
    this.#refuseAll(WAITER_STATE.closed);
  }

  detach(): void {
    if (this.#isDetached || this.#turns.isOver) return;
    this.#isDetached = true;
    this.#waits.refuseAll(notAttached(this.name, this.thread));
    this.#vacateWhenDone();
  }

  [Symbol.dispose](): void {
    if (this.#attachment.isCreator) this.close();
    else this.detach();
  }

  recover(thread: number): number {
    return this.#upkeep.recover(thread);
  }

  stats(): PoolStats {
    this.#blocks.look();
    const isTurn = this.#ledger.enter();
    try {
      return sharedStats(this.#ledger, this.name, this.#maxBytes);
    } finally {
      if (isTurn) this.#ledger.leave();
    }
  }

  takeBack(block: LocalBlock): void {
    block.holders -= 1;
    if (block.holders > 0) return;
    this.#blocks.end(block);
    this.#giveBack(block.record);
  }

  async #acquire(request: CheckedRequest, acquiredAt: CallSite | undefined): Promise<Lease> {
    const { signal } = request;
    const wait: Wait = { request, acquiredAt };
    if (signal?.aborted) throw abortError(signal, this.#waits.describe(wait));
    this.#demandOpen();
    if (!this.#turns.enter()) return this.#waits.askLater(wait);
    let outcome = 0;
    try {
      outcome = this.#ask(wait);
    } catch (error) {
      this.#ledger.control.undo();
      throw error;
    } finally {
      this.#turns.leave();
    }
    if (outcome > 0) return this.#lease(outcome, wait, TURNS_TO_HOLDER);
    this.#blocks.look();
    return this.#waits.wait(wait, -outcome);
  }

  /** In a turn. @returns the record of a block that was lent, or of a place in the line (negative) */
  #ask(wait: Wait): number {
    const { request } = wait;
    const ledger = this.#ledger;
    const record = this.#lendAtOnce(request);
    if (record !== 0) return record;
    if (request.timeoutMs === 0) throw this.#waits.timeout(wait);
    const waiter = ledger.line.add(request, this.thread, this.#clock.now());
    if (waiter === 0) throw tooManyWaiters(this.name, this.#attachment.layout.maxWaiters);
    ledger.control.commit();
    ledger.serve();
    return -waiter;
  }

  /** In a turn. @returns the record of a block, or 0 */
  #lendAtOnce(request: CheckedRequest): number {
    const ledger = this.#ledger;
    if (ledger.isClosed) throw poolClosed(this.name, 'closed');
    request.owner = ledger.owners.ensure(request.ownerName);
    return ledger.lendAtOnce(request, this.#now);
  }

  /** @param turns - after so many turns of the microtask queue its holder has it */
  #lease(record: number, { request, acquiredAt }: Wait, turns: number): SharedLease {
    const { byteLength, onReclaim } = request;
    const start = this.#ledger.control.get(record + EXTENT.offset) * PAGE_BYTES;
    const block = this.#blocks.begin({ record, start, byteLength }, acquiredAt, onReclaim);
    if (onReclaim !== undefined) void this.#handOver(block, turns);
    return new SharedLease(this, block, block.view as Uint8Array);
  }

  /** Lets a holder be asked for its lease as soon as it has it: before, it has nothing to give back. */
  async #handOver(block: LocalBlock, turns: number): Promise<void> {
    const { loan } = block;
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    this.#blocks.handOver(block, loan);
    await undefined;
    this.#see();
  }

  #giveBack(record: number): void {
    if (this.#turns.enter()) {
      try {
        this.#ledger.giveBack(record, this.#clock.now());
      } finally {
        this.#turns.leave();
      }
    } else this.#turns.later({ run: () => this.#ledger.giveBack(record, this.#clock.now()) });
    if (this.#isDetached) this.#vacateWhenDone();
  }

  /** Takes note of what other threads decided about this one, and goes on listening while there is anything to hear. */
  #see(): void {
    const word = this.#wakeUps.word();
    let settle = (): void => {};
    let askHolders = (): void => {};
    try {
      this.#turns.perform({
        run: () => {
          settle = this.#waits.collect(this.#clock.now());
          askHolders = collectReclaims(this.#ledger, this.name, this.#blocks.reclaimable);
        },
        after: () => {
          settle();
          askHolders();
          this.#wakeUps.arm(word);
        },
      });
    } catch (error) {
      this.#waits.forsakeAll(error);
    }
  }

  #refuseAll(state: number): void {
    this.#upkeep.refuseAll(state);
    this.#see();
  }

  #recoverLost(block: LocalBlock): void {
    if (this.#turns.isOver) return;
    const bytesRecovered = this.#ledger.stock.bytesOf(block.record);
    const loss = { pool: this.name, bytesRecovered, acquiredAt: block.acquiredAt?.describe(CALLS_TO_SITE) };
    this.#blocks.end(block);
    this.#turns.perform({ run: () => this.#ledger.control.addTotal(TOTAL.lost, 1) });
    this.#giveBack(block.record);
    tellOfLoss({ name: this.name, events: this.#attachment.events }, loss);
  }

  #vacateWhenDone(): void {
    this.#turns.perform({
      run: () => {
        if (this.#blocks.out === 0) this.#ledger.threads.vacate(this.thread);
      },
    });
  }

  #demandOpen(): void {
    if (this.#isDetached) throw notAttached(this.name, this.thread);
    if (this.#ledger.isClosed) throw poolClosed(this.name, 'closed');
  }
}
