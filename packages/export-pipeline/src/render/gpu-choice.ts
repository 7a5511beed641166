import { type GpuDeviceHandle, openGpuDevice } from '@framerail/gpu-converters';
import { isFramerailError } from '@framerail/lifecycle';
import type { RenderOptions } from '../export-options.js';
import { mayHaveGpu } from './gpu-hardware.js';

/** A device for the renderer, or why there is none. */
export interface GpuChoice {
  /** The device, or `undefined` if rendering does without. */
  readonly device: GPUDevice | undefined;
  /** What was found; empty where the caller decided. */
  readonly note: string;
  /** Closes a device that was opened here. */
  readonly close: () => Promise<void>;
}

/**
 * Finds the device that rendering may use: the caller's, or one of its own. An adapter that is software is left
 * alone unless the caller insists, because it takes the processor's time that the native kernels use better.
 *
 * @param options - the caller's; @param setting - whether the GPU may be used, environment included
 * @throws FramerailError what `openGpuDevice` throws, if the caller insists
 */
export async function chooseGpu(
  options: Pick<RenderOptions, 'device' | 'backend' | 'signal'>,
  setting: 'auto' | 'on' | 'off',
): Promise<GpuChoice> {
  const { device, backend = 'auto', signal } = options;
  const none = (note: string): GpuChoice => ({ device: undefined, note, close: async () => {} });
  const insists = backend === 'webgpu' || setting === 'on';
  if (setting === 'off') return none('');
  if (device !== undefined) return { device, note: '', close: async () => {} };
  if (backend !== 'auto' && backend !== 'webgpu') return none('');
  if (!insists && !mayHaveGpu()) return none('this machine has no GPU device');
  let handle: GpuDeviceHandle;
  try {
    handle = await openGpuDevice({
      powerPreference: 'high-performance',
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (insists || isFramerailError(error, 'E_ABORTED')) throw error;
    return none(`no GPU: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (handle.isSoftware && !insists) {
    await handle.close();
    return none('the only GPU adapter is software, which the processor does better without');
  }
  return { device: handle.device, note: '', close: async () => void (await handle.close()) };
}
