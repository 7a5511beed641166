import { type GpuHost, hostOf } from '../../gpu/gpu-host.js';
import type { ComposedPass } from './compose.js';
import { createTablesBuffer, type TablesBuffer } from './tables-buffer.js';

/** A pass that is ready to be dispatched. */
export interface PreparedPass {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly workgroups: readonly [number, number];
  readonly tables: TablesBuffer | undefined;
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
  const tables =
    pass.tables === undefined ? undefined : await createTablesBuffer({ host, label, contents: pass.tables });
  return { label, pipeline, workgroups, tables };
}
