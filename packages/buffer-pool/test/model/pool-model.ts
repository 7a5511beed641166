import type { ReclaimRequest } from '../../src/pool/acquire-options.js';
import type { OwnerUse } from '../../src/pool/pool-stats.js';

/** How a holder answers when its lease is asked back; `none` can't be asked. */
export type Answer = 'none' | 'release' | 'keep' | 'throw';

/** What became of a request: `waiting`, `granted`, or the code of its error. */
export type Fate = 'waiting' | 'granted' | `E_${string}`;

/** What the model needs to know of a pool. */
export interface ModelSettings {
  readonly name: string;
  readonly maxBytes: number;
  readonly maxWaiters: number;
  readonly agingMs: number;
}

/** A request, and the loan that it becomes. */
export interface ModelRequest {
  readonly id: number;
  readonly byteLength: number;
  readonly classBytes: number;
  readonly priority: number;
  readonly owner: string;
  readonly answer: Answer;
  readonly sinceMs: number;
  readonly deadlineMs: number;
  fate: Fate;
  holders: number;
  /** Whether the lease of the first holder is still out: the one that can be asked back. */
  firstHolds: boolean;
  /** Whether its holder has the lease; only then can it be asked back. */
  arrived: boolean;
  /** Whether that has been so long enough that it would have been asked back. */
  settled: boolean;
  asked: boolean;
}

type Ask = Omit<
  ModelRequest,
  'fate' | 'holders' | 'firstHolds' | 'arrived' | 'settled' | 'asked' | 'sinceMs'
>;

/** The simplest pool that could be right: two lists and some sums. It knows no memory, only bytes. */
export class PoolModel {
  nowMs = 0;
  limitBytes: number;
  closed = false;
  waiting: ModelRequest[] = [];
  lent: ModelRequest[] = [];
  owners: Omit<OwnerUse, 'bytesInUse' | 'bytesWasted' | 'leases'>[] = [];
  readonly counts = { grants: 0, waits: 0, waitedMs: 0, longestWaitMs: 0, reclaims: 0 };
  readonly peaks = { bytesInUse: 0, waiting: 0 };
  readonly settings: ModelSettings;
  /** A trim that is under way: the highest priority that it may ask, and whom it has asked. */
  #trim = { upTo: Number.NEGATIVE_INFINITY, asked: [] as ModelRequest[] };

  constructor(settings: ModelSettings) {
    this.settings = settings;
    this.limitBytes = settings.maxBytes;
  }

  get bytesInUse(): number {
    return this.lent.reduce((sum, { classBytes }) => sum + classBytes, 0);
  }

  /** What a request gets at once. `waiting` has put it in the line. */
  ask(ask: Ask, { canWait = true, aborted = false } = {}): ModelRequest {
    const request: ModelRequest = {
      ...ask,
      sinceMs: this.nowMs,
      fate: 'waiting',
      holders: 0,
      firstHolds: false,
      arrived: false,
      settled: false,
      asked: false,
    };
    const head = this.first();
    const mustQueue = head !== undefined && this.#key(head) >= this.#key(request);
    if (this.closed) request.fate = 'E_POOL_CLOSED';
    else if (ask.byteLength > this.settings.maxBytes) request.fate = 'E_POOL_TOO_LARGE';
    else if (aborted) request.fate = 'E_ABORTED';
    else if (!mustQueue && this.#fits(request)) this.#grant(request);
    else if (ask.deadlineMs <= this.nowMs) request.fate = 'E_TIMEOUT';
    else if (!canWait) return request;
    else if (this.waiting.length >= this.settings.maxWaiters) request.fate = 'E_POOL_BUSY';
    else {
      this.waiting.push(request);
      this.counts.waits += 1;
      this.peaks.waiting = Math.max(this.peaks.waiting, this.waiting.length);
    }
    return request;
  }

  /** One holder less of a loan. */
  release(request: ModelRequest): void {
    request.holders -= 1;
    if (request.holders > 0) return;
    this.lent = this.lent.filter((one) => one !== request);
    this.serve();
  }

  /** Ends a wait, and serves whom it held up. */
  refuse(request: ModelRequest, code: Fate): void {
    if (request.fate !== 'waiting') return;
    this.#endWait(request, code);
    this.serve();
  }

  refuseAll(code: Fate): void {
    for (const request of this.waiting) this.#endWait(request, code);
  }

  limit(bytes: number): void {
    this.limitBytes = bytes;
    this.serve();
  }

  /** Who is next: of the highest priority with what its age has gained, the oldest of these. */
  first(): ModelRequest | undefined {
    let first: ModelRequest | undefined;
    for (const one of this.waiting) if (first === undefined || this.#key(one) > this.#key(first)) first = one;
    return first;
  }

  serve(): void {
    for (let head = this.first(); head !== undefined && this.#fits(head); head = this.first()) {
      this.#endWait(head, 'granted');
      this.#grant(head);
    }
  }

  /** Loans that can be asked back, in the order in which they have to be. What others hold too would not come back. */
  candidates(): ModelRequest[] {
    return this.lent
      .filter(
        ({ answer, asked, firstHolds, holders }) =>
          answer !== 'none' && !asked && firstHolds && holders === 1,
      )
      .sort((a, b) => a.priority - b.priority || this.lent.indexOf(a) - this.lent.indexOf(b));
  }

  /** A trim begins that may ask for leases of at most so high a priority. */
  beginTrim(upTo: number): void {
    this.#trim = { upTo, asked: [] };
  }

  /** It ends. @returns the bytes that it asked for and that are still out */
  endTrim(): number {
    const { asked } = this.#trim;
    this.beginTrim(Number.NEGATIVE_INFINITY);
    return this.lent.reduce((sum, one) => sum + (asked.includes(one) ? one.classBytes : 0), 0);
  }

  /** A lease was asked back. @returns what is wrong with that, if anything is */
  askedBack(request: ModelRequest, { reason, bytes, pool }: ReclaimRequest): string | undefined {
    // Who waits is told later of what is on its way; a trim passes it by.
    const isFirst = this.candidates().find(({ arrived }) => reason === 'waiting' || arrived) === request;
    const repeated = request.asked;
    request.asked = true;
    this.counts.reclaims += 1;
    if (repeated) return 'was asked back twice';
    if (request.answer === 'none' || request.fate !== 'granted') return 'was asked back though it can not be';
    if (!request.arrived) return 'was asked back before its holder had it';
    if (!isFirst) return 'was asked back before one of a lower priority or an older one';
    if (pool !== this.settings.name) return `was asked back by ${pool}`;
    if (!(bytes > 0)) return `was asked back for ${bytes} bytes`;
    if (reason === 'trim') {
      this.#trim.asked.push(request);
      return request.priority <= this.#trim.upTo
        ? undefined
        : 'was asked back by a trim that does not cover it';
    }
    const wanted = this.waiting.some(({ priority }) => priority > request.priority);
    return wanted ? undefined : 'was asked back though nobody of a higher priority waits';
  }

  /** Says so if the head of the line waits for memory that nobody has asked back, though it could be. */
  forgotten(): string | undefined {
    const head = this.first();
    const next = this.candidates()[0];
    if (head === undefined || next === undefined || next.priority >= head.priority) return undefined;
    // It is asked for when its holder has it.
    if (!next.settled) return undefined;
    const asked = this.lent.filter((one) => one.asked).reduce((sum, { classBytes }) => sum + classBytes, 0);
    const missing = Math.min(this.bytesInUse, this.bytesInUse + head.classBytes - this.limitBytes);
    if (asked >= missing) return undefined;
    return `request ${head.id} waits for ${missing} bytes; ${asked} were asked back, but not lease ${next.id} of ${next.classBytes}`;
  }

  #key({ priority, sinceMs }: ModelRequest): number {
    return priority * this.settings.agingMs - sinceMs;
  }

  #fits({ classBytes }: ModelRequest): boolean {
    return this.lent.length === 0 || this.bytesInUse + classBytes <= this.limitBytes;
  }

  #grant(request: ModelRequest): void {
    request.fate = 'granted';
    request.holders = 1;
    request.firstHolds = true;
    this.lent.push(request);
    this.counts.grants += 1;
    this.peaks.bytesInUse = Math.max(this.peaks.bytesInUse, this.bytesInUse);
    const index = this.owners.findIndex(({ owner }) => owner === request.owner);
    const before = index < 0 ? 0 : (this.owners[index]?.peakBytesInUse ?? 0);
    const peak = { owner: request.owner, peakBytesInUse: Math.max(before, this.ownedBytes(request.owner)) };
    this.owners.splice(index < 0 ? this.owners.length : index, 1, peak);
  }

  /** Bytes of the blocks that an owner has on loan. */
  ownedBytes(owner: string): number {
    return this.lent.reduce((sum, one) => sum + (one.owner === owner ? one.classBytes : 0), 0);
  }

  #endWait(request: ModelRequest, fate: Fate): void {
    request.fate = fate;
    this.waiting = this.waiting.filter((one) => one !== request);
    const waitedMs = this.nowMs - request.sinceMs;
    this.counts.waitedMs += waitedMs;
    this.counts.longestWaitMs = Math.max(this.counts.longestWaitMs, waitedMs);
  }
}
