import type { CallSite, LeakDetection } from '../leases/call-site.js';
import type { ReclaimRequest } from '../pool/acquire-options.js';

/** A block of a shared pool as the thread sees it that has it on loan. */
export interface LocalBlock {
  /** Its record in the bookkeeping. */
  readonly record: number;
  /** Leases that have not been released; 0 while it isn't on loan to this thread. */
  holders: number;
  /** Counts the loans, to tell a late word about an earlier one. */
  loan: number;
  /** What the present or the last loan sees; not kept while the watch wants to hear of its collection. */
  view: Uint8Array | undefined;
  /** Whether it is among those that the watch will look at. */
  isListed: boolean;
  /** Whether the present loan's view is watched. */
  isWatched: boolean;
  /** Where the present loan was acquired, if that was recorded. */
  acquiredAt: CallSite | undefined;
  /** How to ask the present loan back. */
  onReclaim: ((request: ReclaimRequest) => void) | undefined;
}

/** After so many loans the watch looks at those that are still out. */
const LOANS_BETWEEN_LOOKS = 1024;

/** Where a loan's memory lies. */
export interface Place {
  readonly record: number;
  /** First byte in the arena's buffer. */
  readonly start: number;
  readonly byteLength: number;
}

/**
 * The blocks that this thread has on loan, and a watch over leases that are collected unreleased.
 *
 * The watch is over the view and not the lease: the lease holds it, so its end is the end of both, and memory isn't lent
 * again while somebody has kept `lease.bytes`.
 */
export class LocalBlocks {
  readonly #arena: SharedArrayBuffer;
  readonly #detection: LeakDetection;
  readonly #blocks = new Map<number, LocalBlock>();
  readonly #registry: FinalizationRegistry<{ readonly block: LocalBlock; readonly loan: number }>;
  #listed: LocalBlock[] = [];
  #loans = 0;
  /** Blocks on loan to this thread. */
  out = 0;
  /** Those of them that can be asked back, and whose holders have their leases. */
  readonly reclaimable = new Set<LocalBlock>();

  /**
   * @param arena - the memory that is lent
   * @param detection - how much is watched
   * @param onLost - told of a block all of whose holders are gone
   */
  constructor(arena: SharedArrayBuffer, detection: LeakDetection, onLost: (block: LocalBlock) => void) {
    this.#arena = arena;
    this.#detection = detection;
    this.#registry = new FinalizationRegistry(({ block, loan }) => {
      if (block.loan === loan && block.holders > 0) onLost(block);
    });
  }

  /** Begins a loan with one holder. Its view is set. */
  begin(
    { record, start, byteLength }: Place,
    acquiredAt: CallSite | undefined,
    onReclaim: LocalBlock['onReclaim'],
  ): LocalBlock {
    if (this.#detection !== 'off') this.#countLoan();
    const block = this.#blocks.get(record) ?? this.#add(record);
    const { view } = block;
    if (view === undefined || view.byteLength !== byteLength || view.byteOffset !== start) {
      block.view = new Uint8Array(this.#arena, start, byteLength);
    }
    block.holders = 1;
    block.loan += 1;
    block.acquiredAt = acquiredAt;
    block.onReclaim = onReclaim;
    this.out += 1;
    if (this.#detection !== 'off' && !block.isListed) {
      block.isListed = true;
      this.#listed.push(block);
    }
    return block;
  }

  /** Its holder has the lease of a loan: it can be asked for it. */
  handOver(block: LocalBlock, loan: number): void {
    if (block.onReclaim !== undefined && block.loan === loan && block.holders > 0)
      this.reclaimable.add(block);
  }

  /** Ends a loan. */
  end(block: LocalBlock): void {
    block.holders = 0;
    this.out -= 1;
    if (block.onReclaim !== undefined) {
      block.onReclaim = undefined;
      this.reclaimable.delete(block);
    }
    if (!block.isWatched) return;
    block.isWatched = false;
    this.#registry.unregister(block);
  }

  /** Lets go of the views of leases that are out, so that they can be seen to get lost. */
  look(): void {
    const blocks = this.#listed;
    this.#listed = [];
    this.#loans = 0;
    for (const block of blocks) {
      block.isListed = false;
      const { view } = block;
      if (block.holders === 0 || block.isWatched || view === undefined) continue;
      this.#registry.register(view, { block, loan: block.loan }, block);
      block.isWatched = true;
      block.view = undefined;
    }
  }

  #add(record: number): LocalBlock {
    const block: LocalBlock = {
      record,
      holders: 0,
      loan: 0,
      view: undefined,
      isListed: false,
      isWatched: false,
      acquiredAt: undefined,
      onReclaim: undefined,
    };
    this.#blocks.set(record, block);
    return block;
  }

  #countLoan(): void {
    this.#loans += 1;
    if (this.#loans >= LOANS_BETWEEN_LOOKS) this.look();
  }
}
