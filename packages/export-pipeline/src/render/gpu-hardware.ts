import { existsSync, readdirSync } from 'node:fs';
import { platform } from 'node:os';

/** Files through which Linux's GPU drivers are reached: NVIDIA's, WSL's, and those of phones' chips. */
const DEVICE_FILES = ['/dev/nvidiactl', '/dev/dxg', '/dev/mali0', '/dev/kgsl-3d0'];

const RENDER_NODES = '/dev/dri';

/**
 * Whether the machine may have a GPU. Looking for an adapter loads every Vulkan driver, which takes the event
 * loop's time and prints on stderr; where Linux has no GPU device at all there is nothing to be found but software.
 */
export function mayHaveGpu(): boolean {
  if (platform() !== 'linux') return true;
  return hasRenderNode() || DEVICE_FILES.some((path) => existsSync(path));
}

function hasRenderNode(): boolean {
  try {
    return readdirSync(RENDER_NODES).some((name) => name.startsWith('renderD'));
  } catch {
    return false;
  }
}
