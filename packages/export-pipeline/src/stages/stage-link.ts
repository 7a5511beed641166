import { isFramerailError } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { Channel } from '../channel/channel.js';
import { createChannel } from '../channel/create-channel.js';
import type { StageName } from '../report/export-progress.js';
import { stalledError } from './stage-error.js';

/** A channel of frames between two stages, which knows whom to blame when one waits too long for the other. */
export interface StageLink {
  /** The line itself, to be closed or failed. */
  readonly channel: Channel<RawFrame>;
  /** Takes ownership of the frame. @throws FramerailError `E_STAGE_STALLED` against the receiver, `E_ABORTED` */
  send(frame: RawFrame, signal: AbortSignal): Promise<void>;
  /** @returns the next frame, the caller's to dispose; `undefined` at the end. @throws FramerailError `E_STAGE_STALLED` against the sender, `E_ABORTED` */
  receive(signal: AbortSignal): Promise<RawFrame | undefined>;
}

/** Options of {@link linkStages}. */
export interface StageLinkOptions {
  /** Who sends. */
  readonly from: StageName;
  /** Who receives. */
  readonly to: StageName;
  /** Frames that may lie between the two. */
  readonly maxItems: number;
  /** Bytes that may lie between the two. */
  readonly maxBytes: number;
  /** Milliseconds that one may wait for the other. */
  readonly timeoutMs: number;
}

/** Makes the line between two stages. Frames that are left in it when it fails are disposed. */
export function linkStages({ from, to, maxItems, maxBytes, timeoutMs }: StageLinkOptions): StageLink {
  const channel = createChannel<RawFrame>({
    name: `${from} to ${to}`,
    maxItems,
    maxBytes,
    sizeOf: (frame) => frame.layout.byteLength,
    onDrop: (frame) => frame[Symbol.dispose](),
  });
  const blame = (stage: StageName, didNot: string) => (error: unknown) => {
    throw isFramerailError(error, 'E_TIMEOUT') ? stalledError(stage, timeoutMs, didNot, error) : error;
  };
  return {
    channel,
    send: (frame, signal) => channel.send(frame, { signal, timeoutMs }).catch(blame(to, 'took no frame')),
    receive: (signal) =>
      channel
        .receive({ signal, timeoutMs })
        .then((result) => result.value)
        .catch(blame(from, 'gave no frame')),
  };
}
