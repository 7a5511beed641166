// Opening the GPU so that a missing or broken driver becomes a message instead of a crash.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type GpuAdapterInfo, type GpuDeviceHandle, openGpuDevice } from '@framerail/gpu-converters';
import { FramerailError } from '@framerail/lifecycle';
import { findSoftwareGpu, softwareGpuEnvironment } from '../../scripts/testing/software-gpu.ts';

/** What the process that tries first says. */
export type ProbeAnswer =
  | { readonly opened: true; readonly adapter: GpuAdapterInfo }
  | { readonly opened: false; readonly reason: string };

const PROBE_TIMEOUT_MS = 120_000;

/** What helps, by system. */
const HELP: Partial<Record<NodeJS.Platform, string>> = {
  linux:
    "Install the GPU's Vulkan driver and the loader libvulkan.so.1 (Debian: libvulkan1); `vulkaninfo --summary` lists what is found. VK_DRIVER_FILES=/path/to/icd.json names a driver's description that lies elsewhere",
  darwin: 'Metal comes with macOS; a virtual machine may have none',
  win32: "Install the GPU's driver: Direct3D 12 comes with it",
};

/**
 * Opens a device with exact timestamps, after another process has shown that this doesn't end the process.
 *
 * @param probe - the script that is run first
 * @throws FramerailError `E_GPU_UNAVAILABLE` with what was tried and what would help
 */
export async function openAdapter(probe = join(import.meta.dirname, 'probe.ts')): Promise<GpuDeviceHandle> {
  const child = spawn(process.execPath, [probe], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PROBE_TIMEOUT_MS,
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
  });
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const answer = parsed(stdout);
  if (answer === undefined) {
    const words = stderr.trim().split('\n').slice(-3).join(' | ');
    throw unavailable(
      `the driver ended the process that asked for a device (${end}${words && `: ${words}`})`,
    );
  }
  if (!answer.opened) throw unavailable(answer.reason);
  return openGpuDevice({ timestampQuantization: false });
}

/**
 * The same for benches that compare shaders with each other, which a software adapter does as well: where there is no
 * GPU and nobody chose drivers, SwiftShader is taken.
 *
 * @throws FramerailError `E_GPU_UNAVAILABLE`
 */
export async function openAnyAdapter(): Promise<GpuDeviceHandle> {
  try {
    return await openAdapter();
  } catch (error) {
    const { VK_ICD_FILENAMES, ...more } = softwareGpuEnvironment();
    // The dynamic linker has read the paths of libraries already: with a loader of its own the driver has to be named before.
    if (VK_ICD_FILENAMES === undefined || Object.keys(more).length > 0) throw error;
    process.env['VK_ICD_FILENAMES'] = VK_ICD_FILENAMES;
    return openAdapter();
  }
}

/** A software driver that is there can be asked for, but isn't taken for a GPU unasked. */
function softwareHelp(): string[] {
  const software = findSoftwareGpu({ sources: ['distribution'] });
  if (software === undefined) return [];
  return [
    `To see the bench work on a software adapter, whose figures say nothing about GPUs: VK_ICD_FILENAMES=${software.driver}`,
  ];
}

function parsed(stdout: string): ProbeAnswer | undefined {
  try {
    return JSON.parse(stdout) as ProbeAnswer;
  } catch {
    return undefined;
  }
}

function unavailable(reason: string): FramerailError {
  const help = [HELP[process.platform] ?? 'Install the driver of the GPU', ...softwareHelp()].join('. ');
  return new FramerailError({
    code: 'E_GPU_UNAVAILABLE',
    message: `Expected a GPU to measure but there is none: ${reason}. ${help}.`,
  });
}
