import {
  type Clock,
  expectInteger,
  expectObject,
  invalidArgument,
  systemClock,
  throwIfAborted,
} from '@framerail/lifecycle';
import { guardDevice } from '../device-guard.js';
import { nextTurn } from '../event-loop.js';
import type { GpuDeviceHandle, OpenGpuDeviceOptions } from '../open-device.js';
import { createDeviceSource, type OpenDevice } from './device-source.js';
import type { GpuContext } from './gpu-context.js';
import { LiveContext } from './live-context.js';
import { MemoryAccount } from './memory-account.js';

/** Options of {@link createGpuContext}. */
export interface GpuContextOptions extends OpenGpuDeviceOptions {
  /** The budget of GPU memory, in bytes: what is made through the context stays below it. */
  readonly maxBytes: number;
  /** The caller's device: it is neither rebuilt nor destroyed. Without it one is opened with the options of `openGpuDevice`. */
  readonly device?: GPUDevice | undefined;
  /** Pipelines that are kept, by the text of their shaders. 1 to 4096, default 128. */
  readonly maxPipelines?: number | undefined;
  /** Times within a minute that a lost device is replaced; 0 never. Default 3. */
  readonly maxRebuilds?: number | undefined;
  /** How devices are opened; default `openGpuDevice`. */
  readonly open?: OpenDevice | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
}

const DEFAULT_PIPELINES = 128;
const DEFAULT_REBUILDS = 3;

/**
 * Makes a context: the caller's device or one of its own, with a budget of GPU memory.
 *
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_GPU_UNAVAILABLE` with `details.reasons`;
 *   `E_GPU_DEVICE_LOST` for a device that is gone; `E_INVALID_ARGUMENT`; `E_ABORTED`
 */
export async function createGpuContext(options: GpuContextOptions): Promise<GpuContext> {
  expectObject('options', options);
  const { device, open, signal, clock = systemClock } = options;
  const account = new MemoryAccount(options.maxBytes);
  const maxPipelines = options.maxPipelines ?? DEFAULT_PIPELINES;
  expectInteger('maxPipelines', maxPipelines, { min: 1, max: 4096 });
  const maxRebuilds = options.maxRebuilds ?? DEFAULT_REBUILDS;
  if (maxRebuilds !== Number.POSITIVE_INFINITY) expectInteger('maxRebuilds', maxRebuilds, { min: 0 });
  throwIfAborted(signal, 'Opening a GPU device');
  if (device !== undefined) {
    expectDevice(device, options.requiredFeatures);
    const guard = guardDevice(device);
    // A device that was lost before anybody listened tells it by a promise that is settled already.
    await nextTurn();
    if (guard.lost !== undefined) throw guard.lost;
    return new LiveContext({ account, maxPipelines, device, source: undefined });
  }
  const { powerPreference, requiredFeatures, optionalFeatures, timestampQuantization } = options;
  const opening = { powerPreference, requiredFeatures, optionalFeatures, timestampQuantization };
  const source = createDeviceSource({ opening: { ...opening, signal }, open, maxRebuilds, clock });
  const handle: GpuDeviceHandle = await source.first();
  return new LiveContext({ account, maxPipelines, device: handle.device, source, handle });
}

function expectDevice(device: unknown, requiredFeatures: readonly GPUFeatureName[] = []): void {
  const found = device as Partial<GPUDevice> | null;
  if (typeof found !== 'object' || found === null || typeof found.createBuffer !== 'function') {
    throw invalidArgument('device', 'a GPUDevice', device);
  }
  const missing = requiredFeatures.filter((name) => !found.features?.has(name));
  if (missing.length === 0) return;
  const names = requiredFeatures.join(', ');
  throw invalidArgument('device', `a GPUDevice with ${names}`, `one without ${missing.join(', ')}`);
}
