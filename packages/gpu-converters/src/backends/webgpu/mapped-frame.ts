import { FramerailError } from '@framerail/lifecycle';
import type { ColorSpace, FrameLayout, RawFrame } from '@framerail/media-types';
import { deviceLost } from '../../gpu/gpu-errors.js';

/** What {@link createMappedFrame} takes. */
export interface MappedFrameOptions {
  /** The mapped memory, not copied. */
  readonly data: Uint8Array;
  readonly layout: FrameLayout;
  readonly color: ColorSpace;
  readonly timestampUs: number;
  readonly durationUs: number;
  /** Called once, when the frame is disposed. */
  readonly onDispose: () => void;
}

/** A frame in mapped GPU memory. Its `data` throws when the memory is no longer there, instead of being empty. */
export function createMappedFrame(options: MappedFrameOptions): RawFrame {
  const { data, layout, color, timestampUs, durationUs, onDispose } = options;
  let disposed = false;
  const expectHeld = (): void => {
    if (!disposed) return;
    throw new FramerailError({
      code: 'E_LEASE_RELEASED',
      message:
        'Expected a frame that is still held but received one that was disposed; dispose it once, when its last reader is done',
    });
  };
  return {
    get data() {
      expectHeld();
      if (data.byteLength === 0) throw deviceLost('destroyed', "the frame's memory went with it");
      return data;
    },
    layout,
    color,
    timestampUs,
    durationUs,
    [Symbol.dispose]() {
      expectHeld();
      disposed = true;
      onDispose();
    },
  };
}
