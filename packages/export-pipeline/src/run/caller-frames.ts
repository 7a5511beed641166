import { FramerailError, invalidArgument, systemClock, withTimeout } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import type { ExportFramesOptions, FrameSource } from '../export-options.js';
import { nextFrame } from '../stages/source-stage.js';
import { stageError, stalledError } from '../stages/stage-error.js';

/** The caller's frames, with the first one looked at. */
export interface CallerFrames {
  /** What the first frame is. */
  readonly format: FrameFormat;
  /** All frames, the first one included, in the layout that is used of them. */
  frames(used: FrameFormat): AsyncIterable<RawFrame>;
  /** Ends the caller's iterator. Never throws. */
  close(): Promise<void>;
}

/** Milliseconds that a caller's iterator gets to end when it is told to. */
const GOODBYE_MS = 1000;

/**
 * Begins with the caller's frames.
 *
 * @param source - the caller's
 * @param wait - the signal, and milliseconds until the first frame has to be there
 * @throws FramerailError `E_NO_FRAMES`, `E_ABORTED`; `E_STAGE_STALLED`; `E_STAGE_FAILED` with the caller's own error
 *   as its cause
 */
export async function openCallerFrames(
  source: ExportFramesOptions['frames'],
  wait: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<CallerFrames> {
  const iterator = iterate(typeof source === 'function' ? source() : source);
  let unused: RawFrame | undefined;
  let isOver = false;
  const close = async (): Promise<void> => {
    unused?.[Symbol.dispose]();
    unused = undefined;
    if (isOver) return;
    isOver = true;
    try {
      // A generator that waits for something of its own ends when that has come, which may be never.
      await withTimeout(Promise.resolve(iterator.return?.()), { timeoutMs: GOODBYE_MS });
    } catch {
      // The export's own outcome is known by now.
    }
  };
  try {
    unused = await firstFrame(iterator, wait);
  } catch (error) {
    await close();
    throw stageError('source', error);
  }
  const { layout, color } = unused;
  return {
    format: { layout, color },
    close,
    async *frames(used) {
      const taken = unused;
      unused = undefined;
      if (taken !== undefined) yield asUsed(taken, { layout, color }, used);
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        yield asUsed(next.value, { layout, color }, used);
      }
      isOver = true;
    },
  };
}

async function firstFrame(
  iterator: AsyncIterator<RawFrame> | Iterator<RawFrame>,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<RawFrame> {
  const late = new AbortController();
  const both = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  const cancel = systemClock.setTimer(() => late.abort(), timeoutMs);
  try {
    const first = await nextFrame(iterator, both);
    if (first.done !== true) return first.value;
  } catch (error) {
    if (late.signal.aborted) throw stalledError('source', timeoutMs, 'gave no frame', error);
    throw error;
  } finally {
    cancel();
  }
  throw new FramerailError({
    code: 'E_NO_FRAMES',
    message: 'Expected at least one frame for frames but received none',
  });
}

function iterate(source: FrameSource): AsyncIterator<RawFrame> | Iterator<RawFrame> {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
    if (Symbol.iterator in source) return source[Symbol.iterator]();
  }
  throw invalidArgument('frames', 'an iterable of frames, or a function that makes one', source);
}

/** The same memory, seen in the layout that is used: without an odd last column or row. */
function asUsed(frame: RawFrame, first: FrameFormat, used: FrameFormat): RawFrame {
  try {
    expectAlike(frame, first);
  } catch (error) {
    frame[Symbol.dispose]();
    throw error;
  }
  if (used.layout === first.layout) return frame;
  const { timestampUs, durationUs } = frame;
  return {
    layout: used.layout,
    color: used.color,
    timestampUs,
    durationUs,
    get data() {
      return frame.data;
    },
    [Symbol.dispose]: () => frame[Symbol.dispose](),
  };
}

function expectAlike({ layout, color }: RawFrame, first: FrameFormat): void {
  const { format, width, height } = first.layout;
  const isAlike =
    layout.format === format &&
    layout.width === width &&
    layout.height === height &&
    color.matrix === first.color.matrix &&
    color.fullRange === first.color.fullRange &&
    layout.planes.every(
      (plane, index) =>
        plane.offset === first.layout.planes[index]?.offset &&
        plane.stride === first.layout.planes[index]?.stride,
    );
  if (isAlike) return;
  const given = `${layout.format} ${layout.width}×${layout.height} ${color.matrix}`;
  throw invalidArgument(
    'frames',
    `frames like the first: ${format} ${width}×${height} ${first.color.matrix}`,
    given,
  );
}
