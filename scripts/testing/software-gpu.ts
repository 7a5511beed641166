// Tests of the webgpu backend run on SwiftShader, Vulkan in software, wherever no GPU was asked for: so that
// a result doesn't hang on whose machine it is. Mesa's lavapipe of Debian 12 is refused by Dawn.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { ROOT } from '../workspace/packages.mjs';
import { filesInTar } from './tar.ts';

/** Where Linux distributions' chromium packages put SwiftShader's Vulkan driver. */
const DISTRIBUTION_DRIVERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

const LOADER = 'libvulkan.so.1';

/** Folders in which Linux's dynamic linker finds Vulkan's loader by itself. */
const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/lib',
  '/lib64',
  `/usr/lib/${multiarch()}`,
  `/lib/${multiarch()}`,
];

/** A software Vulkan driver, ready to be used. */
export interface SoftwareGpu {
  /** Absolute path of the driver's description, for `VK_ICD_FILENAMES`. */
  driver: string;
  /** Folder with Vulkan's loader, for `LD_LIBRARY_PATH`; undefined where the system has its own. */
  loaderFolder: string | undefined;
}

/**
 * Finds SwiftShader: the distribution's, else the one inside the npm package `@sparticuz/chromium`, which is
 * unpacked into `.cache/swiftshader` on first use. Undefined where there is neither (or none for this platform).
 */
export function findSoftwareGpu(
  options: { sources?: readonly ('distribution' | 'npm')[] } = {},
): SoftwareGpu | undefined {
  if (process.platform !== 'linux') return undefined;
  const sources = options.sources ?? ['distribution', 'npm'];
  const distribution = sources.includes('distribution')
    ? DISTRIBUTION_DRIVERS.find((path) => existsSync(path))
    : undefined;
  const driver = distribution ?? (sources.includes('npm') ? unpackedDriver() : undefined);
  if (driver === undefined) return undefined;
  return { driver, loaderFolder: hasSystemLoader() ? undefined : loaderFolderFor(driver) };
}

/**
 * The environment that makes WebGPU use SwiftShader: empty when the tests are to run on the hardware
 * (`FRAMERAIL_TEST_ADAPTER=hardware`), when the caller already chose drivers, or when there is no SwiftShader.
 */
export function softwareGpuEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  if (env['FRAMERAIL_TEST_ADAPTER'] === 'hardware' || env['VK_ICD_FILENAMES'] || env['VK_DRIVER_FILES'])
    return {};
  const gpu = findSoftwareGpu();
  if (gpu === undefined) return {};
  const libraries = [gpu.loaderFolder, env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return {
    VK_ICD_FILENAMES: gpu.driver,
    ...(gpu.loaderFolder === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
  };
}

function hasSystemLoader(): boolean {
  return LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, LOADER)));
}

/** A folder with the loader alone: its neighbours (libEGL, libGLESv2) must not shadow the system's in child processes. */
function loaderFolderFor(driver: string): string | undefined {
  const loader = join(driver, '..', LOADER);
  if (!existsSync(loader)) return undefined;
  const folder = join(ROOT, '.cache/vulkan-loader');
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, LOADER), { force: true });
  symlinkSync(loader, join(folder, LOADER));
  return folder;
}

/** The npm package ships builds for x64 Linux alone. */
function unpackedDriver(): string | undefined {
  if (process.arch !== 'x64') return undefined;
  const folder = join(ROOT, '.cache/swiftshader');
  const driver = join(folder, 'vk_swiftshader_icd.json');
  if (existsSync(driver)) return driver;
  const archive = archivePath();
  if (archive === undefined) return undefined;
  // Unpacked beside and renamed: another process may look for it right now.
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  for (const file of filesInTar(brotliDecompressSync(readFileSync(archive)))) {
    writeFileSync(join(temporary, file.name), file.content, { mode: 0o755 });
  }
  try {
    renameSync(temporary, folder);
  } catch {
    rmSync(temporary, { recursive: true, force: true });
  }
  return existsSync(driver) ? driver : undefined;
}

function archivePath(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
    const root = entry.slice(0, entry.lastIndexOf('@sparticuz/chromium') + '@sparticuz/chromium'.length);
    const archive = join(root, 'bin/swiftshader.tar.br');
    return existsSync(archive) ? archive : undefined;
  } catch {
    return undefined;
  }
}

function multiarch(): string {
  return process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
}
