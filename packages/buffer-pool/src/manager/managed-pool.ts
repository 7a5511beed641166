import { expectObject, type Lease, type TrimRequest } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { PoolLease } from '../leases/pool-lease.js';
import { type FrameDescription, frameOf } from '../leases/pooled-frame.js';
import type { PoolAcquireOptions, TryAcquireOptions } from '../pool/acquire-options.js';
import type { BufferPool } from '../pool/buffer-pool.js';
import type { PoolStats } from '../pool/pool-stats.js';
import { rankOf } from '../waiting/waiting-line.js';
import type { Account } from './account.js';
import {
  frameRequest,
  lendNow,
  loanTerms,
  memoryRequest,
  type RequestContext,
  refuseWaiting,
  waitForMemory,
} from './memory-request.js';

const NO_OPTIONS: PoolAcquireOptions = Object.freeze({});
const PLAIN_TERMS = Object.freeze({
  priority: 0,
  owner: undefined,
  layout: undefined,
  onReclaim: undefined,
});

/** A pool within a share: as any pool, except that it waits for the manager too. */
export class ManagedPool implements BufferPool {
  readonly name: string;
  readonly on: BufferPool['on'];
  readonly #context: RequestContext;
  readonly #account: Account;
  readonly #onClose: () => void;

  /** @param onClose - told when it was closed */
  constructor(context: RequestContext, account: Account, onClose: () => void) {
    this.name = account.name;
    this.on = account.pool.on;
    this.#context = context;
    this.#account = account;
    this.#onClose = onClose;
  }

  async acquire(byteLength: number, options: PoolAcquireOptions = NO_OPTIONS): Promise<Lease> {
    const given = expectObject('options', options, 'options { priority, … }');
    const lease = await this.#acquire(byteLength, given);
    lease.handOverNext();
    return lease;
  }

  tryAcquire(byteLength: number, options: TryAcquireOptions = NO_OPTIONS): Lease | undefined {
    expectObject('options', options, 'options { priority, … }');
    const terms = options === NO_OPTIONS ? PLAIN_TERMS : loanTerms(byteLength, options);
    const { broker, clock, agingMs } = this.#context;
    // Also of who will be told to come back later the request has to be right.
    if (broker.waiting > 0) this.#account.pool.costOf(byteLength, terms.layout !== undefined);
    const rank = broker.waiting === 0 ? 0 : rankOf(terms.priority, clock.now(), agingMs);
    const acquiredAt = this.#account.pool.nextSite();
    const lease = broker.tryLend(this.#account, byteLength, terms, rank, acquiredAt);
    lease?.handOver();
    return lease;
  }

  async acquireFrame(frame: FrameDescription, options: PoolAcquireOptions = NO_OPTIONS): Promise<RawFrame> {
    const [asked, given] = frameRequest(frame, options);
    const lease = await this.#acquire(asked.layout.byteLength, given);
    lease.handOverNext();
    return frameOf(lease, asked);
  }

  trim(request?: TrimRequest): number {
    const freed = this.#account.pool.trim(request);
    if (freed > 0) this.#context.broker.cameHome();
    return freed;
  }

  limit(bytes: number): void {
    this.#account.pool.limit(bytes);
    this.#context.broker.serve();
  }

  flush(): void {
    refuseWaiting(this.#account, 'flushed');
    this.#account.pool.flush();
    this.#context.broker.serve();
  }

  close(): void {
    if (this.#account.isClosed) return;
    this.#account.isClosed = true;
    this.#account.pool.close();
    refuseWaiting(this.#account, 'closed');
    this.#onClose();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  stats(): PoolStats {
    return this.#account.stats();
  }

  async #acquire(byteLength: number, options: PoolAcquireOptions): Promise<PoolLease> {
    const request = memoryRequest(this.#account, byteLength, options);
    const lease = lendNow(this.#context, this.#account, request);
    return lease ?? (await waitForMemory(this.#context, this.#account, request, undefined)).lease;
  }
}
