import type { PoolStats } from '../pool/pool-stats.js';
import { CLASS, HEADER, OWNER, PAGE_BYTES, TOTAL } from './control-layout.js';
import type { SharedLedger } from './shared-ledger.js';

/** A snapshot over all threads. Without a turn it may show the middle of a step. */
export function sharedStats(ledger: SharedLedger, name: string, maxBytes: number): PoolStats {
  const { control } = ledger;
  const bytesInUse = control.total(TOTAL.bytesInUse);
  return Object.freeze({
    name,
    allocator: 'shared',
    maxBytes,
    maxFreeBytes: control.total(TOTAL.maxFreeBytes),
    bytesInUse,
    bytesFree: control.total(TOTAL.bytesFree),
    bytesWasted: bytesInUse - control.total(TOTAL.bytesRequested),
    peakBytesInUse: control.total(TOTAL.peakBytesInUse),
    peakBytes: control.total(TOTAL.peakBytes),
    leases: control.get(HEADER.leases),
    waiting: control.get(HEADER.waiting),
    hits: control.total(TOTAL.hits),
    misses: control.total(TOTAL.misses),
    waits: control.total(TOTAL.waits),
    waitedMs: control.total(TOTAL.waitedMs),
    longestWaitMs: control.total(TOTAL.longestWaitMs),
    lost: control.total(TOTAL.lost),
    limitBytes: control.total(TOTAL.limitBytes),
    peakWaiting: control.total(TOTAL.peakWaiting),
    reclaims: control.total(TOTAL.reclaims),
    lateWrites: 0,
    classes: classes(ledger),
    owners: owners(ledger),
  });
}

function classes({ control, stock }: SharedLedger): PoolStats['classes'] {
  const rows = stock.classes.all().map((at) => {
    const classBytes = control.get(at + CLASS.pages) * PAGE_BYTES;
    const lent = control.get(at + CLASS.lentBlocks);
    return Object.freeze({
      classBytes,
      lent,
      free: control.get(at + CLASS.freeBlocks),
      hits: control.numberAt(at + CLASS.hits),
      misses: control.numberAt(at + CLASS.misses),
      bytesWasted: lent * classBytes - control.numberAt(at + CLASS.requested),
    });
  });
  return Object.freeze(
    rows.filter(({ lent, free }) => lent + free > 0).sort((a, b) => a.classBytes - b.classBytes),
  );
}

function owners({ control, owners }: SharedLedger): PoolStats['owners'] {
  const rows = owners.all().map((at) => {
    const bytesInUse = control.numberAt(at + OWNER.bytesInUse);
    return Object.freeze({
      owner: owners.nameAt(at),
      bytesInUse,
      bytesWasted: bytesInUse - control.numberAt(at + OWNER.requested),
      leases: control.get(at + OWNER.leases),
      peakBytesInUse: control.numberAt(at + OWNER.peakBytesInUse),
    });
  });
  return Object.freeze(rows);
}
