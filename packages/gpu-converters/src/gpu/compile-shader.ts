import { FramerailError } from '@framerail/lifecycle';
import { withErrorScopes } from './gpu-errors.js';

/** A compute shader. */
export interface ShaderSource {
  /** What it does, for messages. */
  readonly label: string;
  /** WGSL. */
  readonly code: string;
  /** Default `main`. */
  readonly entryPoint?: string | undefined;
}

/**
 * Compiles a compute shader into a pipeline with automatic layout.
 *
 * @throws FramerailError `E_GPU_SHADER` with the compiler's messages and the lines they are about
 */
export async function compileShader(device: GPUDevice, source: ShaderSource): Promise<GPUComputePipeline> {
  const { label, code, entryPoint = 'main' } = source;
  const { value: module, error } = withErrorScopes(device, ['validation'], () =>
    device.createShaderModule({ label, code }),
  );
  const refusal = await error;
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter(({ type }) => type === 'error');
  if (refusal !== undefined || errors.length > 0) throw shaderError(source, errors, refusal);
  try {
    return await device.createComputePipelineAsync({
      label,
      layout: 'auto',
      compute: { module, entryPoint },
    });
  } catch (failure) {
    throw shaderError(source, [], failure);
  }
}

function shaderError(
  { label, code }: ShaderSource,
  errors: readonly GPUCompilationMessage[],
  cause: unknown,
): FramerailError {
  const lines = code.split('\n');
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
    message: `The GPU's compiler refused the shader for ${label}:\n  ${why}`,
    cause,
    details: { label, messages: found },
  });
}
