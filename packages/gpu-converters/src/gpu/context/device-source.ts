import { type Clock, sleep } from '@framerail/lifecycle';
import { type GpuDeviceHandle, type OpenGpuDeviceOptions, openGpuDevice } from '../open-device.js';

/** How a device is opened. */
export type OpenDevice = (options: OpenGpuDeviceOptions) => Promise<GpuDeviceHandle>;

/** What {@link createDeviceSource} takes. */
export interface DeviceSourceOptions {
  readonly opening: OpenGpuDeviceOptions;
  readonly open?: OpenDevice | undefined;
  readonly maxRebuilds: number;
  readonly clock: Clock;
}

/** Opens devices again and again, but not in a circle. */
export interface DeviceSource {
  /** Opens the first device. */
  first(): Promise<GpuDeviceHandle>;
  /** Whether another device may be opened now: not if too many were lost in the last minute. */
  mayOpenAnother(): boolean;
  /** Opens another one; a driver that restarts is given some seconds. */
  another(signal: AbortSignal): Promise<GpuDeviceHandle>;
}

/** Losses that are longer ago don't count. */
const WINDOW_MS = 60_000;
/** Milliseconds before each attempt to open a device: a driver takes seconds to come back after a reset. */
const ATTEMPTS_AFTER_MS = [0, 100, 400, 1600, 6400] as const;

/** Makes a source of devices. */
export function createDeviceSource(options: DeviceSourceOptions): DeviceSource {
  const { opening, open = openGpuDevice, maxRebuilds, clock } = options;
  let losses: number[] = [];
  return {
    first: () => open(opening),
    mayOpenAnother() {
      const now = clock.now();
      losses = losses.filter((at) => now - at < WINDOW_MS);
      losses.push(now);
      return losses.length <= maxRebuilds;
    },
    async another(signal) {
      let failure: unknown;
      for (const delayMs of ATTEMPTS_AFTER_MS) {
        if (delayMs > 0) await sleep(delayMs, { signal, clock });
        try {
          return await open({ ...opening, signal });
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
  };
}
