import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../testing/require.js';
import { findSoftwareGpu, softwareGpuEnvironment } from '../testing/software-gpu.js';
import { filesInTar } from '../testing/tar.js';

// The instance is kept in a global: collecting it crashes.
const ASK_FOR_ADAPTER = `
  import { create } from 'webgpu';
  globalThis.gpu = create([]);
  const adapter = await globalThis.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  console.log(adapter?.info.architecture, device !== undefined);
  process.exit(0);
`;

describe.runIf(requireProgram('webgpu'))('SwiftShader', () => {
  test.each(['distribution', 'npm'] as const)("the %s's driver gives WebGPU a device", (source) => {
    const gpu = findSoftwareGpu({ sources: [source] });
    // One of them is enough on a machine: the other's absence is no failure, and requireProgram saw that one is there.
    if (gpu === undefined) return expect(findSoftwareGpu()).toBeDefined();
    const { driver } = gpu;
    expect(existsSync(driver)).toBe(true);
    expect(existsSync(join(dirname(driver), JSON.parse(readFileSync(driver, 'utf8')).ICD.library_path))).toBe(
      true,
    );
    const env = { ...process.env, VK_ICD_FILENAMES: driver };
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', ASK_FOR_ADAPTER], {
      encoding: 'utf8',
      env,
    });
    expect(stdout.trim()).toBe('swiftshader true');
  });
});

test('the environment is left alone when the hardware is asked for, or a driver is named', () => {
  expect(softwareGpuEnvironment({ FRAMERAIL_TEST_ADAPTER: 'hardware' })).toEqual({});
  expect(softwareGpuEnvironment({ VK_ICD_FILENAMES: '/some/driver.json' })).toEqual({});
  expect(softwareGpuEnvironment({ VK_DRIVER_FILES: '/some/driver.json' })).toEqual({});
});

test("a tar archive's files come out with their names and bytes", () => {
  const { stdout } = spawnSync('tar', ['--format=ustar', '-cf', '-', 'package.json', 'tsconfig.json'], {
    maxBuffer: 1 << 24,
  });
  const files = [...filesInTar(stdout)];
  expect(files.map(({ name }) => name)).toEqual(['package.json', 'tsconfig.json']);
  for (const { name, content } of files) expect(content.equals(readFileSync(name))).toBe(true);
});
