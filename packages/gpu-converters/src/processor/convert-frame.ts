import { createBufferPool } from '@framerail/buffer-pool';
import { expectObject, type LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import { closeFrameSource, type FrameSource, isRawFrame } from '../browser/frame-source.js';
import { importFrame } from '../browser/import-frame.js';
import type { InputFrame } from '../browser/incoming-frame.js';
import { importedFormat } from '../browser/source-format.js';
import { processEnvironment } from '../choice/environment.js';
import { gpuAccess } from '../choice/gpu-access.js';
import { makeWish } from '../choice/wish.js';
import { checkFormat } from '../plan/frame-checks.js';
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
  expectObject('options', options);
  const { frame: given, leases, device, context, scheduler, ...rest } = options;
  const frame = isRawFrame(given) ? given : await importTaken(given, options);
  let taken = false;
  try {
    const source = { layout: frame.layout, color: frame.color };
    const { backend, gpuFormatConversion, target } = options;
    checkFormat('target', target);
    const wish = makeWish({ backend, gpuFormatConversion, environment: processEnvironment() });
    await using processor = await createFrameProcessor({
      ...rest,
      source,
      maxInFlight: 1,
      leases: leases ?? createBufferPool({ maxBytes: target.layout.byteLength, name: 'convertFrame' }),
      ...(wish.insistsOn === 'webgpu' ? gpuAccess({ device, context, scheduler }) : {}),
    });
    taken = true;
    return await processor.process(frame, { signal: options.signal });
  } finally {
    if (!taken) frame[Symbol.dispose]();
  }
}

/** Takes a browser's frame out of its source and closes that. */
async function importTaken(
  source: FrameSource,
  { leases, device, signal }: ConvertFrameOptions,
): Promise<RawFrame> {
  try {
    const { byteLength, width, height } = importedFormat(source).layout;
    // A plane of alpha, which is copied and left out, has a byte for each pixel.
    const maxBytes = byteLength + width * height;
    const pool = leases ?? createBufferPool({ maxBytes, name: 'convertFrame' });
    return await importFrame(source, { leases: pool, device, signal });
  } finally {
    closeFrameSource(source);
  }
}
