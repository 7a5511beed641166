import { createBufferPool, frameOf } from '@framerail/buffer-pool';
import type { BackendChoice, FrameProcessor } from '@framerail/gpu-converters';
import { FramerailError, throwIfAborted } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import type { ByteSink } from '../../raw-frames/byte-sink.js';
import type { ByteSource } from '../../raw-frames/byte-source.js';
import { openProcessor, type ProcessorOptions } from './processor.js';

/** Options of {@link convertRawFrames}. */
export interface ConvertOptions extends Omit<ProcessorOptions, 'leases' | 'maxInFlight'> {
  /** Frames of the source format, one after the other without gaps. */
  readonly input: ByteSource;
  readonly sink: ByteSink;
}

/** What {@link convertRawFrames} did. */
export interface ConvertReport {
  readonly frames: number;
  readonly seconds: number;
  readonly fps: number;
  readonly backend: BackendChoice;
  readonly bytes: { readonly read: number; readonly written: number };
}

/** Frames that are being converted at once; each takes a source and a target buffer. */
const IN_FLIGHT = 3;

/**
 * Converts raw frames from a source to a sink, in order, with a few frames in memory whatever their number.
 * The output is committed when all is done, and discarded when anything fails.
 *
 * @throws FramerailError `E_INPUT_TRUNCATED` when the input ends inside a frame, `E_INPUT_EMPTY`, `E_ABORTED`,
 *   and what the source, the sink and the backend throw
 */
export async function convertRawFrames(options: ConvertOptions): Promise<ConvertReport> {
  const { input, sink, source, target, signal } = options;
  const start = performance.now();
  try {
    expectWholeFrames(input, source.layout.byteLength);
    // A spare of each, so that reading the next frame doesn't wait for writing the last one.
    using pool = createBufferPool({
      maxBytes: (IN_FLIGHT + 2) * (roundUp(source) + roundUp(target)),
      name: 'convert',
    });
    await using opened = await openProcessor({ ...options, leases: pool, maxInFlight: IN_FLIGHT });
    const { processor } = opened;
    const nextFrame = async (): Promise<RawFrame | undefined> => {
      const lease = await pool.acquire(source.layout.byteLength, { signal });
      const frame = frameOf(lease, { ...source, timestampUs: 0, durationUs: 0 });
      try {
        const bytes = await input.read(frame.data);
        if (bytes === source.layout.byteLength) return frame;
        if (bytes > 0) throw truncated(input, source.layout.byteLength, bytes);
      } catch (error) {
        frame[Symbol.dispose]();
        throw error;
      }
      frame[Symbol.dispose]();
      return undefined;
    };
    const frames = await pump({ nextFrame, processor, sink, signal });
    if (frames === 0) throw emptyInput(input);
    await sink.commit();
    const seconds = (performance.now() - start) / 1000;
    return {
      frames,
      seconds,
      fps: frames / seconds,
      backend: processor.choice,
      bytes: { read: frames * source.layout.byteLength, written: frames * target.layout.byteLength },
    };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

interface PumpOptions {
  readonly nextFrame: () => Promise<RawFrame | undefined>;
  readonly processor: FrameProcessor;
  readonly sink: ByteSink;
  readonly signal: AbortSignal;
}

async function pump({ nextFrame, processor, sink, signal }: PumpOptions): Promise<number> {
  const pending: Promise<RawFrame>[] = [];
  let frames = 0;
  const writeOldest = async (): Promise<void> => {
    using result = await (pending.shift() as Promise<RawFrame>);
    await sink.write(result.data);
    frames += 1;
  };
  try {
    for (let frame = await nextFrame(); frame !== undefined; frame = await nextFrame()) {
      throwIfAborted(signal, 'Converting');
      const result = processor.process(frame, { signal });
      // It is awaited in its turn; until then its failure must not count as unhandled.
      result.catch(() => {});
      pending.push(result);
      if (pending.length >= IN_FLIGHT) await writeOldest();
    }
    while (pending.length > 0) await writeOldest();
    return frames;
  } catch (error) {
    for (const left of await Promise.allSettled(pending)) {
      if (left.status === 'fulfilled') left.value[Symbol.dispose]();
    }
    throw error;
  }
}

/** Refuses before any work what a file's size already shows. */
function expectWholeFrames(source: ByteSource, frameBytes: number): void {
  const rest = (source.byteLength ?? 0) % frameBytes;
  if (rest !== 0) throw truncated(source, frameBytes, rest);
}

function truncated(source: ByteSource, frameBytes: number, rest: number): FramerailError {
  return new FramerailError({
    code: 'E_INPUT_TRUNCATED',
    message:
      `Expected whole frames of ${frameBytes} bytes in ${source.name} but the last one has ${rest}; ` +
      'check --size, --from and --stride',
    details: { frameBytes, rest },
  });
}

function emptyInput(source: ByteSource): FramerailError {
  return new FramerailError({
    code: 'E_INPUT_EMPTY',
    message: `Expected raw frames in ${source.name} but it is empty`,
  });
}

/** Pools hand out memory in whole pages. */
const roundUp = ({ layout }: FrameFormat): number => Math.ceil(layout.byteLength / 65_536) * 65_536 + 65_536;
