import { FramerailError } from '@framerail/lifecycle';
import { gpuError, withErrorScopes } from '../../gpu/gpu-errors.js';
import { GPU_USAGE } from '../../gpu/gpu-flags.js';
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
 * @throws FramerailError `E_GPU_SHADER` with the compiler's messages and the lines they are about,
 *   `E_GPU_OUT_OF_MEMORY`, `E_GPU_VALIDATION`, `E_GPU_INTERNAL`
 */
export async function preparePass(device: GPUDevice, pass: ComposedPass): Promise<PreparedPass> {
  const { value: module, error } = withErrorScopes(device, ['validation'], () =>
    device.createShaderModule({ label: pass.label, code: pass.code }),
  );
  const refusal = await error;
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter(({ type }) => type === 'error');
  if (refusal !== undefined || errors.length > 0) throw shaderError(pass, errors, refusal);
  let pipeline: GPUComputePipeline;
  try {
    pipeline = await device.createComputePipelineAsync({
      label: pass.label,
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
  } catch (failure) {
    throw shaderError(pass, [], failure);
  }
  const tables = pass.tables === undefined ? undefined : await uploadTables(device, pass.label, pass.tables);
  return { label: pass.label, pipeline, workgroups: pass.workgroups, tables };
}

async function uploadTables(
  device: GPUDevice,
  label: string,
  words: Uint32Array<ArrayBuffer>,
): Promise<GPUBuffer> {
  const { value: buffer, error } = withErrorScopes(
    device,
    ['validation', 'out-of-memory', 'internal'],
    () => {
      const usage = GPU_USAGE.STORAGE | GPU_USAGE.COPY_DST;
      const made = device.createBuffer({ label: `${label}: tables`, size: words.byteLength, usage });
      device.queue.writeBuffer(made, 0, words);
      return made;
    },
  );
  const refusal = await error;
  if (refusal === undefined) return buffer;
  buffer.destroy();
  throw gpuError(refusal, `the tables of ${label}`);
}

function shaderError(
  pass: ComposedPass,
  errors: readonly GPUCompilationMessage[],
  cause: unknown,
): FramerailError {
  const lines = pass.code.split('\n');
  const found = errors.map(({ lineNum, linePos, message }) => {
    const line = lines[lineNum - 1] ?? '';
    return `line ${lineNum}, column ${linePos}: ${message}\n    ${line.trim()}`;
  });
  const why =
    found.length > 0
      ? found.join('\n  ')
      : cause instanceof Error
        ? cause.message
        : String((cause as GPUError | undefined)?.message ?? cause);
  return new FramerailError({
    code: 'E_GPU_SHADER',
    message: `The GPU's compiler refused the shader for ${pass.label}:\n  ${why}`,
    cause,
    details: { label: pass.label, messages: found },
  });
}
