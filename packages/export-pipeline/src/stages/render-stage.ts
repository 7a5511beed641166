import type { RawFrame } from '@framerail/media-types';
import { createChannel } from '../channel/create-channel.js';
import type { StageLink } from './stage-link.js';
import type { StageMeter } from './stage-meter.js';

/** What renders frames: a frame processor of gpu-converters, as far as the stage needs it. */
export interface Renderer {
  /** Frames that it works on at once, 1 or more. */
  readonly maxInFlight: number;
  /** Takes ownership of the frame; the result is the caller's. */
  process(frame: RawFrame, options: { readonly signal: AbortSignal }): Promise<RawFrame>;
}

/** Options of {@link runRender}. */
export interface RenderStageOptions {
  /** Where frames come from. */
  readonly from: StageLink;
  /** Where results go. */
  readonly to: StageLink;
  /** What renders. */
  readonly renderer: Renderer;
  /** Measures the stage. */
  readonly meter: StageMeter;
  /** Ends the stage. */
  readonly signal: AbortSignal;
}

/** Renders frames, several at once, and sends the results on in order. */
export async function runRender({
  from,
  to,
  renderer,
  meter,
  signal: outer,
}: RenderStageOptions): Promise<void> {
  const controller = new AbortController();
  const signal = AbortSignal.any([outer, controller.signal]);
  // One frame more is with each of the two loops.
  const inWork = createChannel<Promise<RawFrame>>({
    name: 'frames in work',
    maxItems: Math.max(1, renderer.maxInFlight - 2),
    maxBytes: Number.MAX_SAFE_INTEGER,
    sizeOf: () => 0,
    onDrop: (result) =>
      void result.then(
        (frame) => frame[Symbol.dispose](),
        () => {},
      ),
  });
  const fail = (error: unknown): never => {
    inWork.fail(error);
    controller.abort(error);
    throw error;
  };
  const feed = async (): Promise<void> => {
    for (;;) {
      const frame = await meter.waitFor('input', from.receive(signal));
      if (frame === undefined) return inWork.close();
      const result = meter.work(renderer.process(frame, { signal }));
      // Whoever awaits it later gets the error; until then it must not count as unhandled.
      result.catch(() => {});
      await inWork.send(result, { signal });
    }
  };
  const collect = async (): Promise<void> => {
    for (let next = await inWork.receive({ signal }); !next.done; next = await inWork.receive({ signal })) {
      const frame = await next.value;
      meter.passed(frame.layout.byteLength);
      await meter.waitFor('output', to.send(frame, signal));
    }
    to.channel.close();
  };
  meter.start();
  try {
    await settleBoth(feed().catch(fail), collect().catch(fail));
  } finally {
    meter.stop();
  }
}

/** Waits for both also when one fails, so that nothing of the stage goes on after it has ended. */
async function settleBoth(a: Promise<void>, b: Promise<void>): Promise<void> {
  let first: { error: unknown } | undefined;
  const note = (error: unknown): void => {
    first ??= { error };
  };
  await Promise.all([a.catch(note), b.catch(note)]);
  if (first !== undefined) throw (first as { error: unknown }).error;
}
