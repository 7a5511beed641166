import { gpuError, withErrorScopes } from '../../gpu/gpu-errors.js';
import { GPU_USAGE } from '../../gpu/gpu-flags.js';
import { type GpuHost, hostOf } from '../../gpu/gpu-host.js';
import type { ComposedPass } from './compose.js';

/** A pass that is ready to be dispatched. */
export interface PreparedPass {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly workgroups: readonly [number, number];
  readonly tables: GPUBuffer | undefined;
}

/**
 * Compiles a pass and uploads its tables.
 *
 * @param device - where
 * @param pass - what
 * @param host - compiles and makes buffers; by default the device itself
 * @throws FramerailError `E_GPU_SHADER` with the compiler's messages and the lines they are about,
 *   `E_GPU_BUDGET`, `E_GPU_OUT_OF_MEMORY`, `E_GPU_VALIDATION`, `E_GPU_INTERNAL`
 */
export async function preparePass(
  device: GPUDevice,
  pass: ComposedPass,
  host: GpuHost = hostOf({ device }),
): Promise<PreparedPass> {
  const { label, code, workgroups } = pass;
  const pipeline = await host.pipeline({ label, code });
  const tables = pass.tables === undefined ? undefined : await uploadTables(host, label, pass.tables);
  return { label, pipeline, workgroups, tables };
}

async function uploadTables(
  host: GpuHost,
  label: string,
  words: Uint32Array<ArrayBuffer>,
): Promise<GPUBuffer> {
  const { value: buffer, error } = withErrorScopes(
    host.device,
    ['validation', 'out-of-memory', 'internal'],
    () => {
      const usage = GPU_USAGE.STORAGE | GPU_USAGE.COPY_DST;
      const made = host.createBuffer({ label: `${label}: tables`, size: words.byteLength, usage });
      host.device.queue.writeBuffer(made, 0, words);
      return made;
    },
  );
  const refusal = await error;
  if (refusal === undefined) return buffer;
  buffer.destroy();
  throw gpuError(refusal, `the tables of ${label}`);
}
