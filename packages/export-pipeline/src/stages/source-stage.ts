import { abortable } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { StageLink } from './stage-link.js';
import type { StageMeter } from './stage-meter.js';

/** Options of {@link runSource}. */
export interface SourceStageOptions {
  /** A decoder's frames, or the caller's. Whoever gives them ends the iterator; the stage doesn't. */
  readonly frames: AsyncIterable<RawFrame>;
  /** Where frames go. */
  readonly to: StageLink;
  /** Measures the stage. */
  readonly meter: StageMeter;
  /** Ends the stage. */
  readonly signal: AbortSignal;
  /** Called when the last frame is under way, before the stages behind are told that it was the last. */
  readonly finish?: () => Promise<void>;
}

/** Sends frames on until there are no more, then closes the link. */
export async function runSource({ frames, to, meter, signal, finish }: SourceStageOptions): Promise<void> {
  const iterator = frames[Symbol.asyncIterator]();
  meter.start();
  try {
    for (;;) {
      const next = await nextFrame(iterator, signal);
      if (next.done === true) break;
      const frame = next.value;
      meter.passed(frame.layout.byteLength);
      await meter.waitFor('output', to.send(frame, signal));
    }
    await finish?.();
    to.channel.close();
  } finally {
    meter.stop();
  }
}

/** The next frame, but no longer than until the signal aborts. A frame that comes later is disposed. */
export async function nextFrame(
  iterator: AsyncIterator<RawFrame> | Iterator<RawFrame>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<RawFrame, unknown>> {
  const pending = Promise.resolve(iterator.next());
  try {
    return await abortable(pending, signal, 'Waiting for a frame');
  } catch (error) {
    pending.then(
      (late) => {
        if (late.done !== true) late.value[Symbol.dispose]();
      },
      () => {},
    );
    throw error;
  }
}
