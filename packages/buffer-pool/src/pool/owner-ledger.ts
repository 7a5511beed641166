import type { OwnerUse } from './pool-stats.js';

/** What one owner has on loan, as it changes. */
export interface OwnerRecord {
  readonly owner: string;
  bytesInUse: number;
  requestedBytes: number;
  leases: number;
  peakBytesInUse: number;
  use: OwnerUse | undefined;
}

/** Owners that are remembered though they have nothing on loan: names may be made up by the million. */
const MAX_OWNERS = 1024;

/** Who has a pool's memory. */
export class OwnerLedger {
  /** The record of those who don't say who they are. */
  readonly own: OwnerRecord;
  readonly #records = new Map<string, OwnerRecord>();

  /** @param ownName - the pool's name, which stands for those who don't say */
  constructor(ownName: string) {
    this.own = this.of(ownName);
  }

  /** The record of an owner. */
  of(owner: string): OwnerRecord {
    const found = this.#records.get(owner);
    if (found !== undefined) return found;
    if (this.#records.size >= MAX_OWNERS) this.#forgetIdle();
    const record: OwnerRecord = {
      owner,
      bytesInUse: 0,
      requestedBytes: 0,
      leases: 0,
      peakBytesInUse: 0,
      use: undefined,
    };
    this.#records.set(owner, record);
    return record;
  }

  /** A snapshot of those who have had something. */
  uses(): readonly OwnerUse[] {
    const uses: OwnerUse[] = [];
    for (const record of this.#records.values()) if (record.peakBytesInUse > 0) uses.push(useOf(record));
    return Object.freeze(uses);
  }

  #forgetIdle(): void {
    for (const record of this.#records.values()) {
      if (record.leases > 0 || record === this.own) continue;
      this.#records.delete(record.owner);
      return;
    }
  }
}

/** Counts a loan. */
export function countLoan(record: OwnerRecord, classBytes: number, byteLength: number): void {
  record.leases += 1;
  record.requestedBytes += byteLength;
  record.bytesInUse += classBytes;
  if (record.bytesInUse > record.peakBytesInUse) record.peakBytesInUse = record.bytesInUse;
}

/** Counts its end. */
export function countReturn(record: OwnerRecord, classBytes: number, byteLength: number): void {
  record.leases -= 1;
  record.requestedBytes -= byteLength;
  record.bytesInUse -= classBytes;
}

/** The same snapshot while nothing changes. */
function useOf(record: OwnerRecord): OwnerUse {
  const { owner, bytesInUse, leases, peakBytesInUse, use } = record;
  const bytesWasted = bytesInUse - record.requestedBytes;
  if (
    use?.bytesInUse === bytesInUse &&
    use.bytesWasted === bytesWasted &&
    use.leases === leases &&
    use.peakBytesInUse === peakBytesInUse
  ) {
    return use;
  }
  record.use = Object.freeze({ owner, bytesInUse, bytesWasted, leases, peakBytesInUse });
  return record.use;
}
