import { expectInteger } from '@framerail/lifecycle';
import { machineMemoryBytes } from './machine-memory.js';

const BIG_MACHINE_BYTES = 16 * 2 ** 30;

/** What a pipeline may hold of frames, all its stages together. */
export interface FrameBudget {
  /** Frames, of whatever size. */
  readonly frames: number;
  /** Their bytes. */
  readonly bytes: number;
}

/**
 * The budget for frames: 32 of them or 200 MB on machines with more than 16 GB of memory, 16 or 100 MB on others,
 * whichever comes first.
 *
 * @param options - overrides, and the machine's memory in bytes
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function frameBudget(
  options: {
    readonly bufferFrames?: number | undefined;
    readonly bufferBytes?: number | undefined;
    readonly memoryBytes?: number;
  } = {},
): FrameBudget {
  const { memoryBytes = machineMemoryBytes() } = options;
  const isBig = memoryBytes > BIG_MACHINE_BYTES;
  return Object.freeze({
    frames: expectInteger('bufferFrames', options.bufferFrames ?? (isBig ? 32 : 16), { min: 1 }),
    bytes: expectInteger('bufferBytes', options.bufferBytes ?? (isBig ? 200_000_000 : 100_000_000), {
      min: 1,
    }),
  });
}
