import { expectOneOf, FramerailError, invalidArgument } from '@framerail/lifecycle';
import type { BackendName } from '../backends/backend.js';

/** Whether frames are converted on the GPU: as measured, always or never. */
export type GpuFormatConversion = 'auto' | 'on' | 'off';

/** Which backend a caller asks for. */
export type BackendRequest = 'auto' | BackendName;

/** The environment variable that stands in for the option `gpuFormatConversion`. */
const GPU_FORMAT_CONVERSION_VARIABLE = 'FRAMERAIL_GPU_FORMAT_CONVERSION';

/** What the options and the environment come to: one backend, or a choice with or without the GPU. */
export type Wish =
  | { readonly insistsOn: BackendName; readonly because: string }
  | { readonly insistsOn: undefined; readonly mayUseGpu: boolean; readonly because: string };

/**
 * Makes one wish of the two options and the environment. The option wins over the variable, and a backend that
 * was named wins over a variable that is `on`.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` for unknown values and options that contradict each other;
 *   `E_GPU_UNAVAILABLE` where the variable forbids the backend that was named
 */
export function makeWish(options: {
  backend: BackendRequest | undefined;
  gpuFormatConversion: GpuFormatConversion | undefined;
  environment: Readonly<Record<string, string | undefined>>;
}): Wish {
  const backend = expectOneOf('backend', options.backend ?? 'auto', [
    'auto',
    'webgpu',
    'native',
    'reference',
  ]);
  const { flag, name, isOption } = readFlag(options.gpuFormatConversion, options.environment);
  if (backend === 'auto') {
    if (flag === 'on') return { insistsOn: 'webgpu', because: `${name} is 'on'` };
    const because = flag === 'off' ? `${name} is 'off'` : '';
    return { insistsOn: undefined, mayUseGpu: flag === 'auto', because };
  }
  if (backend === 'webgpu' && flag === 'off') {
    if (isOption) throw invalidArgument(name, "'auto' or 'on' with backend 'webgpu'", flag);
    throw new FramerailError({
      code: 'E_GPU_UNAVAILABLE',
      message: `Backend 'webgpu' was asked for but ${name} is 'off'; unset it to allow the GPU`,
    });
  }
  if (backend !== 'webgpu' && flag === 'on' && isOption) {
    throw invalidArgument(name, `'auto' or 'off' with backend '${backend}'`, flag);
  }
  return { insistsOn: backend, because: 'it was asked for' };
}

function readFlag(
  option: GpuFormatConversion | undefined,
  environment: Readonly<Record<string, string | undefined>>,
) {
  const choices = ['auto', 'on', 'off'] as const;
  if (option !== undefined) {
    const name = 'gpuFormatConversion';
    return { flag: expectOneOf(name, option, choices), name, isOption: true };
  }
  const name = GPU_FORMAT_CONVERSION_VARIABLE;
  return { flag: expectOneOf(name, environment[name] || 'auto', choices), name, isOption: false };
}
