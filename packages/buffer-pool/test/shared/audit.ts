import {
  CLASS,
  type ControlLayout,
  EXTENT,
  EXTENT_STATE,
  FLAG,
  HEADER,
  OWNER,
  PAGE_BYTES,
  recordAt,
  THREAD,
  TOTAL,
  WAITER,
  WAITER_STATE,
} from '../../src/shared-pool/control-layout.js';
import { layoutOf } from '../../src/shared-pool/handle.js';
import { SharedLedger } from '../../src/shared-pool/shared-ledger.js';
import type { SharedPoolHandle } from '../../src/shared-pool/shared-pool.js';

/** One stretch of the arena, as the bookkeeping has it. */
export interface AuditedExtent {
  readonly at: number;
  readonly offset: number;
  readonly pages: number;
  readonly state: number;
}

/**
 * Goes through a shared pool's bookkeeping, from nothing but its words, and throws at the first thing that doesn't agree
 * with the rest. To be called while nobody has the lock.
 *
 * @returns the arena's extents from the lowest up
 */
export function audit(handle: SharedPoolHandle): AuditedExtent[] {
  const layout = layoutOf(handle);
  const { control } = new SharedLedger(handle.control, layout, 0);
  const get = (at: number) => control.get(at);
  demand((get(HEADER.lock) & 0xff) === 0, 'nobody to have the lock');
  demand(get(HEADER.journalLength) === 0, 'the journal to be empty');

  const extents: AuditedExtent[] = [];
  for (let at = get(HEADER.lowestExtent), below = 0; at !== 0; below = at, at = get(at + EXTENT.above)) {
    demand(get(at + EXTENT.below) === below, `extent ${at} to know what is below it`);
    extents.push({
      at,
      offset: get(at + EXTENT.offset),
      pages: get(at + EXTENT.pages),
      state: get(at + EXTENT.state),
    });
  }
  let end = 0;
  for (const [index, one] of extents.entries()) {
    demand(one.offset === end && one.pages > 0, `extent ${index} to begin at page ${end}, not ${one.offset}`);
    end += one.pages;
    const isWild = one.state === EXTENT_STATE.wild;
    demand(!isWild || extents[index + 1]?.state !== EXTENT_STATE.wild, `no two wild extents at ${index}`);
  }
  demand(end === layout.pages, `extents of ${layout.pages} pages, not ${end}`);
  const inState = (state: number) => extents.filter((one) => one.state === state).map(({ at }) => at);
  const wild = inState(EXTENT_STATE.wild);
  const free = inState(EXTENT_STATE.free);
  const lent = inState(EXTENT_STATE.lent);
  const list = (first: number, next: number = EXTENT.next) => {
    const all: number[] = [];
    for (let at = get(first); at !== 0; at = get(at + next)) all.push(at);
    return all;
  };
  same('wild extents', list(HEADER.wild), wild);
  same('free blocks by age', list(HEADER.oldestFree, EXTENT.newer), free);
  same('free blocks by age, backwards', list(HEADER.newestFree, EXTENT.older), free);
  const unused = list(HEADER.unusedExtents);
  demand(unused.length + extents.length === layout.extents.count, 'every extent record to be somewhere');
  demand(get(HEADER.blocks) === free.length + lent.length, 'the number of blocks');

  const classes = records(layout.classes).filter((at) => get(at + CLASS.pages) !== 0);
  const sum = (blocks: number[], what: (at: number) => number) =>
    blocks.reduce((total, at) => total + what(at), 0);
  const bytesOf = (at: number) => get(at + EXTENT.pages) * PAGE_BYTES;
  const requestedOf = (at: number) => control.numberAt(at + EXTENT.requested);
  for (const at of classes) {
    const own = (blocks: number[]) => blocks.filter((block) => get(block + EXTENT.class) === at);
    same(`free blocks of class ${at}`, list(at + CLASS.free), own(free));
    demand(get(at + CLASS.lent) === own(lent).length, `lent blocks of class ${at}`);
    demand(control.numberAt(at + CLASS.requested) === sum(own(lent), requestedOf), `bytes of class ${at}`);
    for (const block of [...own(free), ...own(lent)])
      demand(get(block + EXTENT.pages) === get(at + CLASS.pages), `block ${block} to have its class's size`);
  }
  demand(new Set(classes.map((at) => get(at + CLASS.pages))).size === classes.length, 'one class for a size');
  demand(control.total(TOTAL.bytesInUse) === sum(lent, bytesOf), 'bytes in use');
  demand(control.total(TOTAL.bytesFree) === sum(free, bytesOf), 'bytes free');
  demand(
    get(HEADER.reclaimable) === lent.filter((at) => get(at + EXTENT.flags) !== 0).length,
    'the number of leases that can be asked back',
  );
  const asked = lent.filter((at) => (get(at + EXTENT.flags) & FLAG.askedBack) !== 0);
  demand(control.total(TOTAL.bytesAsked) === sum(asked, bytesOf), 'bytes asked back');
  for (const at of records(layout.owners)) {
    const own = lent.filter((block) => get(block + EXTENT.owner) === at);
    demand(get(at + OWNER.leases) === own.length, `leases of owner ${at}`);
    demand(control.numberAt(at + OWNER.bytesInUse) === sum(own, bytesOf), `bytes of owner ${at}`);
    demand(control.numberAt(at + OWNER.requested) === sum(own, requestedOf), `bytes asked for by ${at}`);
  }

  const waiters = records(layout.waiters);
  const line = list(HEADER.lineFirst, WAITER.next);
  same('the line backwards', list(HEADER.lineLast, WAITER.prev), line);
  demand(get(HEADER.waiting) === line.length, 'how many wait');
  for (const [index, at] of line.entries()) {
    demand(get(at + WAITER.state) === WAITER_STATE.waiting, `waiter ${at} to wait`);
    const key = control.numberAt(at + WAITER.key);
    demand(
      index === 0 || key <= control.numberAt((line[index - 1] as number) + WAITER.key),
      'the line in order',
    );
  }
  const settled: number[] = [];
  for (const [thread, at] of records(layout.threads).entries()) {
    same(
      `blocks of thread ${thread}`,
      list(at + THREAD.lent),
      lent.filter((block) => get(block + EXTENT.thread) === thread),
    );
    const own = list(at + THREAD.settled);
    settled.push(...own);
    for (const waiter of own) {
      const block = get(waiter + WAITER.block);
      const isTheirs = lent.includes(block) && get(block + EXTENT.thread) === thread;
      const isGranted = get(waiter + WAITER.state) === WAITER_STATE.granted;
      demand(!isGranted || isTheirs, `block ${block} of waiter ${waiter} to be lent to ${thread}`);
      demand(get(waiter + WAITER.thread) === thread, `waiter ${waiter} to be ${thread}'s`);
    }
  }
  const idle = list(HEADER.unusedWaiters, WAITER.next);
  same('waiters', [...line, ...settled, ...idle], waiters);
  return extents;
}

function records(table: ControlLayout['extents']): number[] {
  return Array.from({ length: table.count }, (_, index) => recordAt(table, index));
}

function same(what: string, actual: readonly number[], expected: readonly number[]): void {
  const sorted = (all: readonly number[]) => [...all].sort((a, b) => a - b).join();
  demand(sorted(actual) === sorted(expected), `${what} to be ${sorted(expected)}, not ${sorted(actual)}`);
}

function demand(holds: boolean, expected: string): void {
  if (!holds) throw new Error(`Expected ${expected}`);
}
