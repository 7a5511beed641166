import type { RawFrame } from '@framerail/media-types';
import type { StageLink } from './stage-link.js';
import type { StageMeter } from './stage-meter.js';

/** Where frames end: a raw-frame writer of the ffmpeg package, as far as the stage needs it. */
export interface FrameSink {
  /** Takes ownership of the frame; resolves when another may come. */
  write(frame: RawFrame): Promise<void>;
  /** Says that no more will come and waits for the end. */
  finish(): Promise<unknown>;
}

/** Options of {@link runEncode}. */
export interface EncodeStageOptions {
  /** Where frames come from. */
  readonly from: StageLink;
  /** Where they go. */
  readonly sink: FrameSink;
  /** Measures the stage. */
  readonly meter: StageMeter;
  /** Ends the stage. */
  readonly signal: AbortSignal;
}

/** Gives frames to the encoder until there are no more, and waits for it to end. */
export async function runEncode({ from, sink, meter, signal }: EncodeStageOptions): Promise<void> {
  meter.start();
  try {
    for (;;) {
      const frame = await meter.waitFor('input', from.receive(signal));
      if (frame === undefined) break;
      const bytes = frame.layout.byteLength;
      await meter.work(sink.write(frame));
      meter.passed(bytes);
    }
    await meter.work(sink.finish());
  } finally {
    meter.stop();
  }
}
