import type { Frame } from './frame-table.js';

/** Frames of a window that are kept from being let go. */
export class HeldFrames<K> {
  /** What they weigh. */
  bytes = 0;
  /** How many there are. */
  count = 0;
  readonly #pin: (name: string) => (() => void) | undefined;

  /** @param pin - keeps an entry from being let go, and gives what undoes it */
  constructor(pin: (name: string) => (() => void) | undefined) {
    this.#pin = pin;
  }

  /** Keeps a frame, unless they weigh too much then. */
  hold(frame: Frame<K>, maxBytes: number): void {
    if (frame.unpin !== undefined || this.bytes + frame.bytes > maxBytes) return;
    frame.unpin = this.#pin(frame.name);
    if (frame.unpin === undefined) return;
    this.count += 1;
    this.bytes += frame.bytes;
  }

  /** A frame that is kept weighs something else from now on. */
  reweigh(frame: Frame<K>, bytes: number): void {
    if (frame.unpin !== undefined) this.bytes += bytes - frame.bytes;
  }

  /** Lets a frame be let go. */
  release(frame: Frame<K>): void {
    const { unpin } = frame;
    this.lost(frame);
    unpin?.();
  }

  /** A frame is gone, and its pin with it. */
  lost(frame: Frame<K>): void {
    if (frame.unpin === undefined) return;
    frame.unpin = undefined;
    this.count -= 1;
    this.bytes -= frame.bytes;
  }
}
