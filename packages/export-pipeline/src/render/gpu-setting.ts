import { expectOneOf } from '@framerail/lifecycle';

/** Whether the GPU may be used. */
export type GpuSetting = 'auto' | 'on' | 'off';

/**
 * The setting that counts: the option, else `FRAMERAIL_GPU_FORMAT_CONVERSION`, else `'auto'`.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function gpuSetting(option: GpuSetting | undefined, env: NodeJS.ProcessEnv = process.env): GpuSetting {
  const name = 'FRAMERAIL_GPU_FORMAT_CONVERSION';
  const choices: readonly GpuSetting[] = ['auto', 'on', 'off'];
  if (option !== undefined) return expectOneOf('gpuFormatConversion', option, choices);
  return expectOneOf(name, env[name] || 'auto', choices);
}
