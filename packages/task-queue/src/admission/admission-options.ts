import { availableParallelism, totalmem } from 'node:os';
import {
  type CapacitySource,
  expectInteger,
  expectNumber,
  expectObject,
  invalidArgument,
} from '@framerail/lifecycle';
import { expectCost } from '../task/task-cost.js';
import type { TaskCost } from '../task/task-record.js';

/** Up to which load tasks are begun, as shares of the machine, above 0 and at most 1. */
export interface CapacityLimits {
  /** Default 0.9. */
  readonly cpu?: number | undefined;
  /** Default 0.8. */
  readonly memory?: number | undefined;
  /** Default 0.9. */
  readonly gpu?: number | undefined;
  /** Default 1: storage is shared, not full. */
  readonly io?: number | undefined;
}

/** How tasks are admitted by what the machine has left. */
export interface AdmissionOptions {
  /** What measures the machine's load; default: nothing, reservations alone decide. */
  readonly source?: CapacitySource | undefined;
  /** Up to which load tasks are begun. */
  readonly limits?: CapacityLimits | undefined;
  /** Bytes of memory of the machine (of the container, where there is one); default: what the platform tells. */
  readonly totalMemoryBytes?: number | undefined;
  /** Cores of the machine; default: what the platform tells. */
  readonly cores?: number | undefined;
  /** What is reserved for a task of which nothing is known; default: one core. */
  readonly unknownCost?: TaskCost | undefined;
  /** Milliseconds after which a task that doesn't fit has lighter ones wait for it; default 10,000. */
  readonly patienceMs?: number | undefined;
  /**
   * Milliseconds until a measurement shows what a task takes, or that it has ended: the length of time that the source averages over;
   * default 2,000.
   */
  readonly settleMs?: number | undefined;
  /** Milliseconds between looks at the load while tasks wait for room; default 250. */
  readonly checkMs?: number | undefined;
}

/** {@link AdmissionOptions} with defaults filled in. */
export interface AdmissionSettings {
  readonly source: CapacitySource | undefined;
  readonly limits: Readonly<Record<CapacityPart, number>>;
  readonly totalMemoryBytes: number;
  readonly cores: number;
  readonly unknownCost: TaskCost;
  readonly patienceMs: number;
  readonly settleMs: number;
  readonly checkMs: number;
}

/** What a machine has, by the names of `Capacity`. */
export type CapacityPart = 'cpu' | 'memory' | 'gpu' | 'io';

/** All parts, in the order in which reports name them. */
export const CAPACITY_PARTS: readonly CapacityPart[] = Object.freeze(['cpu', 'memory', 'gpu', 'io']);

const USUAL_LIMITS: Readonly<Record<CapacityPart, number>> = { cpu: 0.9, memory: 0.8, gpu: 0.9, io: 1 };

/** Takes how tasks are admitted. @throws FramerailError `E_INVALID_ARGUMENT` */
export function admissionSettings(options: AdmissionOptions): AdmissionSettings {
  expectObject('admission', options, 'options { source, limits, … }');
  const { source, limits = {}, totalMemoryBytes = machineMemory(), cores = availableParallelism() } = options;
  const { patienceMs = 10_000, settleMs = 2000, checkMs = 250 } = options;
  if (source !== undefined && typeof source?.capacity !== 'function')
    throw invalidArgument('admission.source', 'a CapacitySource { capacity() }', source);
  expectObject('admission.limits', limits, '{ cpu, memory, gpu, io }');
  const shares = { ...USUAL_LIMITS };
  for (const part of CAPACITY_PARTS) {
    const limit = limits[part];
    if (limit === undefined) continue;
    if (!(expectNumber(`admission.limits.${part}`, limit, { min: 0, max: 1 }) > 0))
      throw invalidArgument(`admission.limits.${part}`, 'a share above 0', limit);
    shares[part] = limit;
  }
  expectInteger('admission.cores', cores, { min: 1 });
  return {
    source,
    limits: shares,
    totalMemoryBytes: expectNumber('admission.totalMemoryBytes', totalMemoryBytes, { min: 1 }),
    cores,
    unknownCost: expectCost('admission.unknownCost', options.unknownCost ?? { cpu: 1 / cores }),
    patienceMs: expectNumber('admission.patienceMs', patienceMs, { min: 0 }),
    settleMs: expectNumber('admission.settleMs', settleMs, { min: 0 }),
    checkMs: expectNumber('admission.checkMs', checkMs, { min: 1 }),
  };
}

/** The container's memory where it has a limit below the machine's. */
function machineMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
}
