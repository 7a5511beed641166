import type { BufferPool } from '@framerail/buffer-pool';
import { frameBudget } from '../budget/frame-budget.js';
import { type BudgetShares, LEAST_FRAMES, shareBudget } from '../budget/share-budget.js';
import type { Cleanup } from './cleanup.js';
import type { FrameJob } from './frame-job.js';
import { openFramePool, pooledBytes, warmUp } from './frame-pool.js';

/** Frames that the backend works on at once: what a GPU's readback ring needs to be always busy. */
const IN_FLIGHT = 3;

/** The memory of a job: who may hold how many frames, and where they come from. */
export interface FrameMemory {
  readonly shares: BudgetShares;
  readonly sourcePool: BufferPool;
  /** `undefined` where frames pass as they come. */
  readonly targetPool: BufferPool | undefined;
}

/**
 * Divides the frame budget and opens a pool for either side. With a memory manager the budget is what it has for
 * video where that is less, and the pools are of its memory.
 *
 * @param job - its frames, its options, and who hears of a budget that had to be changed
 * @param renders - whether frames that go out have memory of their own
 * @param cleanup - closes the pools
 * @throws FramerailError `E_MEMORY_BUDGET`; what the manager refuses with
 */
export async function openFrameMemory(
  job: FrameJob,
  renders: boolean,
  cleanup: Cleanup,
): Promise<FrameMemory> {
  const { options, source, target } = job;
  const { memory, signal } = options;
  const sides = {
    source: pooledBytes(source.layout),
    target: renders ? pooledBytes(target.layout) : 0,
  };
  // No turn of the event loop from the question to the last pool: another export may be asking too.
  const availableBytes = memory?.available('video');
  const shares = shareBudget({
    budget: frameBudget(options),
    sourceBytes: sides.source,
    targetBytes: sides.target,
    inFlight: IN_FLIGHT,
    availableBytes,
  });
  const open = (name: string, frames: number, frameBytes: number): BufferPool =>
    openFramePool({
      ...{ name, memory, output: options.output, cleanup },
      maxBytes: frames * frameBytes,
      minBytes: LEAST_FRAMES * frameBytes,
    });
  const sourcePool = open('source frames', shares.sourceFrames, sides.source);
  const targetPool = renders ? open('target frames', shares.targetFrames, sides.target) : undefined;
  warn(job, shares, availableBytes);
  await warmUp(sourcePool, source.layout, signal);
  if (targetPool !== undefined) await warmUp(targetPool, target.layout, signal);
  return { shares, sourcePool, targetPool };
}

function warn({ warnings }: FrameJob, shares: BudgetShares, availableBytes: number | undefined): void {
  const now = `${shares.sourceFrames + shares.targetFrames} frames, ${megabytes(shares.bytes)}`;
  if (shares.isReduced) {
    warnings.add(
      'W_BUFFER_REDUCED',
      `The memory manager has ${megabytes(availableBytes ?? 0)} left for video, less than the frame budget; reduced to ${now}`,
    );
  } else if (shares.isRaised) {
    warnings.add(
      'W_BUFFER_RAISED',
      `The frame budget is too small for a pipeline of frames of this size; raised to ${now}`,
    );
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
