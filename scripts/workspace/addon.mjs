// Where the addon's build for this platform lies.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.mjs';

/**
 * The platform's name as napi-rs writes it, for example `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc`.
 */
export function platformFolder() {
  const { platform, arch } = process;
  if (platform === 'linux') return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`;
  if (platform === 'win32') return `win32-${arch}-msvc`;
  return `${platform}-${arch}`;
}

function isMusl() {
  try {
    return readFileSync('/usr/bin/ldd', 'latin1').includes('musl');
  } catch {
    return false;
  }
}

/** Where a local build of the addon is put. */
export function addonTarget(platform = platformFolder()) {
  return join(ROOT, 'native/npm', platform, `framerail.${platform}.node`);
}

/**
 * The addon's file: what `FRAMERAIL_NATIVE_PATH` names, else the local build; undefined when there is none.
 * @returns {string | undefined}
 */
export function addonPath(env = process.env) {
  const path = env['FRAMERAIL_NATIVE_PATH'] || addonTarget();
  return existsSync(path) ? path : undefined;
}
