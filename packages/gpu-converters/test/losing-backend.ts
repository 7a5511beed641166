import { FramerailError } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { BackendProcessOptions, FrameBackend } from '../src/index.js';

/** How a {@link losingBackend} behaves. */
export interface Habits {
  /** Turns of the event loop that a frame takes, by the number of the call; 0 beyond the list. */
  readonly delays?: readonly number[];
  /** The call, from 0, on which the device is lost; all frames in flight then fail, and all later ones. */
  readonly losesAt?: number | undefined;
}

/** A GPU of JavaScript: frames settle in any order, and the device may get lost. */
export function losingBackend(inner: FrameBackend, { delays = [], losesAt }: Habits = {}) {
  let calls = 0;
  let isLost = false;
  let closed = 0;
  const lost = (): FramerailError =>
    new FramerailError({ code: 'E_GPU_DEVICE_LOST', message: 'The GPU device is gone (test)' });
  const lose = (): void => {
    isLost = true;
  };
  const backend: FrameBackend = {
    name: 'webgpu',
    maxInFlight: 3,
    async process(frame: RawFrame, options?: BackendProcessOptions) {
      const call = calls;
      calls += 1;
      if (call === losesAt) lose();
      for (let turn = 0; turn < (delays[call] ?? 0) && !isLost; turn += 1)
        await new Promise((go) => setImmediate(go));
      if (isLost) throw lost();
      // Results of the GPU lie in its own memory.
      return inner.process(frame, { ...options, leases: undefined });
    },
    stats: () => inner.stats(),
    async close() {
      closed += 1;
      await inner.close();
    },
    [Symbol.asyncDispose]: () => backend.close(),
  };
  return { backend, lose, calls: () => calls, closed: () => closed };
}
