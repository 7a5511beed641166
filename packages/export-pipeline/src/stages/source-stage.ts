import type { RawFrame } from '@framerail/media-types';
import type { FrameSource } from '../export-options.js';
import type { StageLink } from './stage-link.js';
import type { StageMeter } from './stage-meter.js';

/** Options of {@link runSource}. */
export interface SourceStageOptions {
  /** A decoder's frames, or the caller's. */
  readonly frames: FrameSource;
  /** Where frames go. */
  readonly to: StageLink;
  /** Measures the stage. */
  readonly meter: StageMeter;
  /** Ends the stage. */
  readonly signal: AbortSignal;
  /** Looks at each frame before it goes on; what it throws ends the stage. */
  readonly check?: ((frame: RawFrame) => void) | undefined;
  /** Called when the last frame is under way, before the stages behind are told that it was the last. */
  readonly finish?: () => Promise<void>;
}

/** Sends frames on until there are no more, then closes the link. */
export async function runSource({
  frames,
  to,
  meter,
  signal,
  check,
  finish,
}: SourceStageOptions): Promise<void> {
  meter.start();
  try {
    for await (const frame of frames) {
      try {
        check?.(frame);
      } catch (error) {
        frame[Symbol.dispose]();
        throw error;
      }
      meter.passed(frame.layout.byteLength);
      await meter.waitFor('output', to.send(frame, signal));
    }
    await finish?.();
    to.channel.close();
  } finally {
    meter.stop();
  }
}
