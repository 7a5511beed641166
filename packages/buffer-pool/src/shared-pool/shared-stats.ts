import type { PoolStats } from '../pool/pool-stats.js';
import { CLASS, EXTENT, HEADER, OWNER, PAGE_BYTES, TOTAL } from './control-layout.js';
import type { SharedLedger } from './shared-ledger.js';

/** A snapshot over all threads. Without a turn it may show the middle of a step. */
export function sharedStats(ledger: SharedLedger, name: string, maxBytes: number): PoolStats {
  const { control } = ledger;
  const bytesInUse = control.total(TOTAL.bytesInUse);
  const classRecords = ledger.stock.classes.all();
  const ownerRecords = ledger.owners.all();
  const sum = (records: readonly number[], field: number) =>
    records.reduce((total, at) => total + control.numberAt(at + field), 0);
  return Object.freeze({
    name,
    allocator: 'shared',
    maxBytes,
    maxFreeBytes: control.total(TOTAL.maxFreeBytes),
    bytesInUse,
    bytesFree: control.total(TOTAL.bytesFree),
    bytesWasted: bytesInUse - sum(ownerRecords, OWNER.requested),
    peakBytesInUse: control.total(TOTAL.peakBytesInUse),
    peakBytes: control.total(TOTAL.peakBytes),
    leases: ownerRecords.reduce((total, at) => total + control.get(at + OWNER.leases), 0),
    waiting: control.get(HEADER.waiting),
    hits: control.total(TOTAL.hits) + sum(classRecords, CLASS.hits),
    misses: control.total(TOTAL.misses) + sum(classRecords, CLASS.misses),
    waits: control.total(TOTAL.waits),
    waitedMs: control.total(TOTAL.waitedMs),
    longestWaitMs: control.total(TOTAL.longestWaitMs),
    lost: control.total(TOTAL.lost),
    limitBytes: control.total(TOTAL.limitBytes),
    peakWaiting: control.total(TOTAL.peakWaiting),
    reclaims: control.total(TOTAL.reclaims),
    lateWrites: 0,
    classes: classes(ledger, classRecords),
    owners: owners(ledger, ownerRecords),
  });
}

function classes({ control }: SharedLedger, records: readonly number[]): PoolStats['classes'] {
  const most = control.get(HEADER.blocks);
  const rows = records.map((record) => {
    const classBytes = control.get(record + CLASS.pages) * PAGE_BYTES;
    const lent = control.get(record + CLASS.lent);
    let free = 0;
    // Bounded, since without a turn the list may be in the middle of a change.
    for (
      let at = control.get(record + CLASS.free);
      at !== 0 && free < most;
      at = control.get(at + EXTENT.next)
    )
      free += 1;
    return Object.freeze({
      classBytes,
      lent,
      free,
      hits: control.numberAt(record + CLASS.hits),
      misses: control.numberAt(record + CLASS.misses),
      bytesWasted: lent * classBytes - control.numberAt(record + CLASS.requested),
    });
  });
  return Object.freeze(
    rows.filter(({ lent, free }) => lent + free > 0).sort((a, b) => a.classBytes - b.classBytes),
  );
}

function owners({ control, owners }: SharedLedger, records: readonly number[]): PoolStats['owners'] {
  const rows = records.map((at) => {
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
