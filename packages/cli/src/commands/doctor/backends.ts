import { openGpuDevice } from '@framerail/gpu-converters';
import { isFramerailError } from '@framerail/lifecycle';
import { loadNative } from '@framerail/native';
import type { Finding } from './finding.js';

/** The addon with its instruction sets, or every reason why there is none. */
export function addonFinding(): Finding {
  const native = loadNative();
  if (!native.available) {
    return {
      id: 'addon',
      state: 'missing',
      summary: native.reasons.join('; '),
      cost: "conversion runs in JavaScript, several times slower, and frames cross Node's streams",
      fix: native.help,
      details: { reasons: native.reasons },
    };
  }
  const { binding, path } = native;
  const instructionSets = binding.instructionSets();
  return {
    id: 'addon',
    state: 'ok',
    summary: `${binding.version} with ${instructionSets.join(', ')} at ${path}`,
    details: { version: binding.version, path, instructionSets },
  };
}

/** The GPU's adapter, or why there is none. */
export async function gpuFinding(signal: AbortSignal): Promise<Finding> {
  try {
    await using gpu = { handle: await openGpuDevice({ signal }), [Symbol.asyncDispose]: async () => {} };
    const { adapterInfo, isSoftware } = gpu.handle;
    const { vendor, architecture, device, description } = adapterInfo;
    const name = [description, vendor, architecture, device].filter(Boolean).join(', ');
    return {
      id: 'gpu',
      state: isSoftware ? 'note' : 'ok',
      summary: isSoftware ? `${name}: a software adapter, slower than the addon` : name,
      details: { vendor, architecture, device, description, isSoftware },
    };
  } catch (error) {
    if (!isFramerailError(error) || error.code === 'E_ABORTED') throw error;
    return {
      id: 'gpu',
      state: 'missing',
      summary: error.message,
      cost: 'frames are rendered on the processor',
      fix: 'install a Vulkan, Metal or Direct3D 12 driver and `npm install webgpu`',
      details: { code: error.code, ...error.details },
    };
  }
}
