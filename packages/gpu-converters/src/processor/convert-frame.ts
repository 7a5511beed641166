import { createBufferPool } from '@framerail/buffer-pool';
import type { LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import { closeFrameSource, isRawFrame } from '../browser/frame-source.js';
import type { InputFrame } from '../browser/incoming-frame.js';
import { importedFormat } from '../browser/source-format.js';
import { processEnvironment } from '../choice/environment.js';
import { makeWish } from '../choice/wish.js';
import type { ConversionOptions } from '../plan/plan-conversion.js';
import { createFrameProcessor, type ProcessingOptions } from './create-frame-processor.js';

/** Options of {@link convertFrame}. */
export interface ConvertFrameOptions extends ConversionOptions, ProcessingOptions {
  /** What the frame becomes; its size is the frame's after all operations. */
  readonly target: FrameFormat;
  /**
   * The frame, taken over: it is disposed, also on failure. Its own layout and colour are the source format. A browser's
   * `VideoFrame`, `ImageBitmap` or canvas is imported first.
   */
  readonly frame: InputFrame;
  /** Where the result comes from; default: memory of its own. */
  readonly leases?: LeaseSource;
  /** Gives the frame up. */
  readonly signal?: AbortSignal;
}

/**
 * Converts one frame. For more than one make a processor: it chooses, compiles and allocates once.
 * Nothing is measured for a single frame: `auto` is the addon, or plain JavaScript without it.
 *
 * @param options - the frame, what it is to become, and how
 * @returns the caller's to dispose
 * @throws FramerailError as {@link createFrameProcessor} and {@link FrameProcessor.process}
 */
export async function convertFrame(options: ConvertFrameOptions): Promise<RawFrame> {
  const { frame, leases, device, ...rest } = options;
  let taken = false;
  try {
    const source = isRawFrame(frame) ? { layout: frame.layout, color: frame.color } : importedFormat(frame);
    const { backend, gpuFormatConversion, target } = options;
    const wish = makeWish({ backend, gpuFormatConversion, environment: processEnvironment() });
    await using processor = await createFrameProcessor({
      ...rest,
      source,
      maxInFlight: 1,
      leases: leases ?? createBufferPool({ maxBytes: bytesFor(frame, source, target), name: 'convertFrame' }),
      ...(device !== undefined && wish.insistsOn === 'webgpu' ? { device } : {}),
    });
    taken = true;
    return await processor.process(frame, { signal: options.signal });
  } finally {
    if (!taken) giveBack(frame);
  }
}

const giveBack = (frame: InputFrame): void =>
  isRawFrame(frame) ? frame[Symbol.dispose]() : closeFrameSource(frame);

/** The result's memory, and that of a frame which has none yet: two blocks, the import's with its plane of alpha. */
function bytesFor(frame: InputFrame, source: FrameFormat, target: FrameFormat): number {
  const { byteLength, width, height } = source.layout;
  return target.layout.byteLength + (isRawFrame(frame) ? 0 : byteLength + width * height);
}
