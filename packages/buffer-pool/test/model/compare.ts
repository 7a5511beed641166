import type { PoolStats } from '../../src/index.js';
import type { PoolModel } from './pool-model.js';
import type { RecordingAllocator } from './recording-allocator.js';

/** What is compared. */
export interface Compared {
  readonly model: PoolModel;
  readonly memory: RecordingAllocator;
  readonly stats: PoolStats;
  /** Bytes of lent blocks that nobody asked for. */
  readonly lateWrites: number;
  /** Whether a request that is served as it enters the line counts as one that waited; then waits can't be told apart. */
  readonly entersLine: boolean;
}

/** What a pool's figures should be and aren't, a line each. */
export function differences({ model, memory, stats, lateWrites, entersLine }: Compared): string[] {
  const wasted = model.lent.reduce((sum, one) => sum + one.classBytes - one.byteLength, 0);
  const expected = {
    bytesInUse: model.bytesInUse,
    bytesFree: memory.bytes - model.bytesInUse,
    bytesWasted: wasted,
    leases: model.lent.length,
    waiting: model.waiting.length,
    limitBytes: model.limitBytes,
    lost: 0,
    peakBytesInUse: model.peaks.bytesInUse,
    peakBytes: memory.peakBytes,
    peakWaiting: model.peaks.waiting,
    misses: memory.allocations,
    hits: model.counts.grants - memory.allocations,
    waits: model.counts.waits,
    waitedMs: model.counts.waitedMs,
    longestWaitMs: model.counts.longestWaitMs,
    reclaims: model.counts.reclaims,
    lateWrites,
  };
  const found: string[] = [];
  for (const [name, value] of Object.entries(expected)) {
    const actual = stats[name as keyof typeof expected];
    if (entersLine && (name === 'waits' || name === 'peakWaiting')) continue;
    if (actual !== value) found.push(`${name} is ${actual} but should be ${value}`);
  }
  if (stats.bytesFree > stats.maxFreeBytes)
    found.push(`${stats.bytesFree} bytes are free, more than maxFreeBytes`);
  if (stats.bytesFree > 0 && stats.bytesInUse + stats.bytesFree > stats.limitBytes)
    found.push(`${stats.bytesFree} bytes are free above the limit`);
  return [...found, ...classDifferences(model, stats), ...ownerDifferences(model, stats)];
}

function classDifferences(
  model: PoolModel,
  { classes, bytesInUse, bytesFree, bytesWasted, hits, misses }: PoolStats,
): string[] {
  const found: string[] = [];
  for (const { classBytes, lent } of classes) {
    const should = model.lent.filter((one) => one.classBytes === classBytes).length;
    if (lent !== should) found.push(`${lent} of class ${classBytes} are on loan but ${should} should be`);
  }
  const sum = (of: (use: PoolStats['classes'][number]) => number): number =>
    classes.reduce((total, use) => total + of(use), 0);
  if (sum((use) => use.classBytes * use.lent) !== bytesInUse) found.push('the classes on loan do not add up');
  if (sum((use) => use.classBytes * use.free) !== bytesFree) found.push('the free classes do not add up');
  void bytesWasted;
  void hits;
  void misses;
  return found;
}

function ownerDifferences(model: PoolModel, { owners }: PoolStats): string[] {
  const should = model.owners.map(({ owner, peakBytesInUse }) => {
    const loans = model.lent.filter((one) => one.owner === owner);
    const bytesInUse = loans.reduce((sum, { classBytes }) => sum + classBytes, 0);
    const bytesWasted = bytesInUse - loans.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return `${owner}: ${bytesInUse} in use, ${bytesWasted} wasted, ${loans.length} leases, peak ${peakBytesInUse}`;
  });
  const is = owners.map(
    (one) =>
      `${one.owner}: ${one.bytesInUse} in use, ${one.bytesWasted} wasted, ${one.leases} leases, peak ${one.peakBytesInUse}`,
  );
  // The order is of no use to anybody.
  return is.sort().join('; ') === should.sort().join('; ')
    ? []
    : [`owners are [${is.join('; ')}] but should be [${should.join('; ')}]`];
}
