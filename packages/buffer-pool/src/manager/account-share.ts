import { expectInteger, expectObject, invalidArgument } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import { type FrameDescription, frameOf } from '../leases/pooled-frame.js';
import { expectLayout } from '../pool/pool-request.js';
import type { PoolStats } from '../pool/pool-stats.js';
import type { Account, Place, SmallerRequest } from './account.js';
import type {
  ManagedAcquireOptions,
  ManagedFrame,
  ManagedFrameOptions,
  ManagedLease,
  MemoryShare,
} from './memory-manager.js';
import {
  frameRequest,
  lendNow,
  type MemoryGrant,
  type MemoryRequest,
  memoryRequest,
  type RequestContext,
  waitForMemory,
} from './memory-request.js';
import { largestClassWithin } from './smaller-size.js';

/** What a share needs of the manager. */
export interface ShareContext extends RequestContext {
  /** Told of a request that got less than it asked for. */
  readonly onDegraded: (owner: string, requestedBytes: number, bytes: number) => void;
}

/** A share of the budget, over the account that holds its memory. */
export class AccountShare implements MemoryShare {
  readonly #context: ShareContext;
  readonly #account: Account;

  constructor(context: ShareContext, account: Account) {
    this.#context = context;
    this.#account = account;
  }

  async acquire(byteLength: number, options: ManagedAcquireOptions = {}): Promise<ManagedLease> {
    const { minBytes } = expectObject('options', options, 'options { priority, … }');
    const request = memoryRequest(this.#account, byteLength, options);
    if (minBytes !== undefined) expectInteger('minBytes', minBytes, { min: 1, max: byteLength });
    const smaller = minBytes === undefined ? undefined : smallerBytes(byteLength, minBytes);
    const { lease, instead } = await this.#acquire(request, smaller);
    lease.handOverNext();
    return Object.assign(lease, { degraded: isLess(byteLength, instead) });
  }

  async acquireFrame(frame: FrameDescription, options: ManagedFrameOptions = {}): Promise<ManagedFrame> {
    const [asked, given] = frameRequest(frame, options);
    const { byteLength } = asked.layout;
    const request = memoryRequest(this.#account, byteLength, given);
    const { smallerLayouts } = given;
    const smaller = smallerLayouts === undefined ? undefined : smallerFrames(byteLength, smallerLayouts);
    const { lease, instead } = await this.#acquire(request, smaller);
    const described = instead?.layout === undefined ? asked : { ...asked, layout: instead.layout };
    lease.handOverNext();
    return Object.assign(frameOf(lease, described), { degraded: instead !== undefined });
  }

  stats(): PoolStats {
    return this.#account.stats();
  }

  async #acquire(request: MemoryRequest, smaller: Place['smaller']): Promise<MemoryGrant> {
    const now = lendNow(this.#context, this.#account, request);
    if (now !== undefined) return { lease: now, instead: undefined };
    const grant = await waitForMemory(this.#context, this.#account, request, smaller);
    const { byteLength, terms } = request;
    if (grant.instead !== undefined && isLess(byteLength, grant.instead))
      this.#context.onDegraded(terms.owner ?? this.#account.name, byteLength, grant.instead.byteLength);
    return grant;
  }
}

function isLess(requestedBytes: number, instead: SmallerRequest | undefined): boolean {
  return instead !== undefined && instead.byteLength < requestedBytes;
}

/** As much as there is, and then the least that is of use: the class of the least may be all that fits. */
function smallerBytes(
  byteLength: number,
  minBytes: number,
): (roomBytes: number) => readonly SmallerRequest[] {
  return (roomBytes) => {
    if (roomBytes < minBytes) return [];
    const largest = Math.max(minBytes, Math.min(byteLength, largestClassWithin(roomBytes)));
    const sizes = largest === minBytes ? [minBytes] : [largest, minBytes];
    return sizes.map((size) => ({ byteLength: size, layout: undefined }));
  };
}

function smallerFrames(
  byteLength: number,
  layouts: readonly FrameLayout[],
): (roomBytes: number) => readonly SmallerRequest[] {
  if (!Array.isArray(layouts)) throw invalidArgument('smallerLayouts', 'an array of frame layouts', layouts);
  const requests = layouts.map((layout, index) => {
    const name = `smallerLayouts[${index}]`;
    return { byteLength: expectLayout(name, layout, byteLength).byteLength, layout };
  });
  return (roomBytes) => requests.filter((request) => request.byteLength <= roomBytes);
}
