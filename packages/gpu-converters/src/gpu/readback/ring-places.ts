import { gpuError, withErrorScopes } from '../gpu-errors.js';
import { GPU_USAGE } from '../gpu-flags.js';
import type { GpuHost } from '../gpu-host.js';

/** The buffers of a slot. */
export interface RingPlace {
  readonly index: number;
  /** Bytes that can be read from it. */
  readonly bytes: number;
  readonly output: GPUBuffer | undefined;
  readonly readback: GPUBuffer;
  /** Which size of the ring it belongs to; older ones don't come back into the line. */
  readonly era: number;
  destroy(): void;
}

/** What {@link makePlaces} takes. */
export interface PlacesOptions {
  readonly slots: number;
  readonly bytes: number;
  readonly hasOutput: boolean;
  readonly label: string;
  readonly era: number;
}

/**
 * Makes the buffers of a ring, all or none.
 *
 * @throws FramerailError `E_GPU_BUDGET`, `E_GPU_OUT_OF_MEMORY`, `E_GPU_LIMIT`, `E_GPU_VALIDATION`, `E_GPU_DEVICE_LOST`
 */
export async function makePlaces(host: GpuHost, options: PlacesOptions): Promise<RingPlace[]> {
  const { slots, bytes, hasOutput, label, era } = options;
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPU_USAGE;
  const places: RingPlace[] = [];
  const made: GPUBuffer[] = [];
  const make = (index: number, what: string, usage: number): GPUBuffer => {
    const buffer = host.createBuffer({ label: `${label} ${index}: ${what}`, size: bytes, usage });
    made.push(buffer);
    return buffer;
  };
  try {
    const { error } = withErrorScopes(host.device, ['validation', 'out-of-memory', 'internal'], () => {
      for (let index = 0; index < slots; index += 1) {
        const output = hasOutput ? make(index, 'target', STORAGE | COPY_SRC) : undefined;
        const readback = make(index, 'readback', MAP_READ | COPY_DST);
        const destroy = (): void => {
          output?.destroy();
          readback.destroy();
        };
        places.push({ index, bytes, output, readback, era, destroy });
      }
    });
    const refusal = await error;
    if (refusal !== undefined) throw gpuError(refusal, `${slots} slots of ${bytes} bytes`);
    if (host.gone !== undefined) throw host.gone;
    return places;
  } catch (error) {
    for (const buffer of made) buffer.destroy();
    throw host.gone ?? error;
  }
}
