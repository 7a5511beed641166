import { createWakeList } from '../waiting/wake-list.js';

/** Frames between the pump that fills it and one consumer. Bounded by the pump, which waits for room. */
export interface FrameQueue<T extends Disposable> {
  /** Waits until another frame may be read. @returns false if nothing more is wanted */
  room(): Promise<boolean>;
  /** Hands a frame over; it is disposed at once if nobody wants it any more. */
  push(frame: T): void;
  /** No more will come; the consumer gets what is left, then the end or the error. */
  finish(error?: unknown): void;
  /** Disposes what is left; the consumer gets the error, or the end. */
  abandon(error?: unknown): void;
  /** The next frame, or `undefined` at the end. Rejects with the error of {@link finish}. */
  next(): Promise<T | undefined>;
  readonly length: number;
}

/** Makes a queue of at most `maxQueued` frames. */
export function createFrameQueue<T extends Disposable>(maxQueued: number): FrameQueue<T> {
  const frames: T[] = [];
  let over: { readonly error: unknown } | undefined;
  let abandoned = false;
  const changed = createWakeList();

  return {
    async room() {
      while (!abandoned && frames.length >= maxQueued) await changed.wait();
      return !abandoned;
    },
    push(frame) {
      if (abandoned) return frame[Symbol.dispose]();
      frames.push(frame);
      changed.wakeAll();
    },
    finish(error) {
      over ??= { error };
      changed.wakeAll();
    },
    abandon(error) {
      abandoned = true;
      over ??= { error };
      for (const frame of frames.splice(0)) frame[Symbol.dispose]();
      changed.wakeAll();
    },
    async next() {
      for (;;) {
        const frame = frames.shift();
        if (frame !== undefined) {
          changed.wakeAll();
          return frame;
        }
        if (over?.error !== undefined) throw over.error;
        if (over !== undefined) return undefined;
        await changed.wait();
      }
    },
    get length() {
      return frames.length;
    },
  };
}
