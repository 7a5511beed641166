import type { LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import { checkFrame, checkFrameFormat } from '../plan/frame-checks.js';
import { closeFrameSource, type FrameSource, isRawFrame } from './frame-source.js';
import { importFrame } from './import-frame.js';
import { importedFormat } from './source-format.js';

/** What processors take: a frame in memory, or a browser's, which they import. */
export type InputFrame = RawFrame | FrameSource;

/** A frame that was taken over: its format is known at once, its memory is there when its turn comes. */
export interface IncomingFrame extends Disposable {
  /** What it is, or will be. @throws FramerailError `E_INVALID_ARGUMENT` for a source that was closed */
  format(): FrameFormat;
  /** Its memory, which stays this object's. A browser's source is closed as soon as it was copied. */
  open(signal: AbortSignal): Promise<RawFrame>;
}

/** What sources are imported with. */
export interface IntakeOptions {
  readonly leases: LeaseSource;
  readonly device: GPUDevice | undefined;
}

/** Takes a frame over. */
export function takeFrame(frame: InputFrame, options: IntakeOptions): IncomingFrame {
  if (isRawFrame(frame)) {
    return {
      format: () => frame,
      open: async () => frame,
      [Symbol.dispose]: () => frame[Symbol.dispose](),
    };
  }
  let imported: RawFrame | undefined;
  return {
    format: () => importedFormat(frame),
    async open(signal) {
      imported = await importFrame(frame, { ...options, signal });
      closeFrameSource(frame);
      return imported;
    },
    [Symbol.dispose]() {
      if (imported === undefined) closeFrameSource(frame);
      else imported[Symbol.dispose]();
    },
  };
}

/**
 * Checks that a frame is what a plan is for, as far as it can be told before its turn.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkIncoming(frame: InputFrame, incoming: IncomingFrame, expected: FrameFormat): void {
  if (isRawFrame(frame)) checkFrame(frame, expected);
  else checkFrameFormat(incoming.format(), expected);
}
