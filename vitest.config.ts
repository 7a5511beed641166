import { defineConfig } from 'vitest/config';
import { builtEntries, packageAliases } from './scripts/testing/aliases.js';
import { publicTests } from './scripts/testing/public-tests.js';
import { softwareGpuEnvironment } from './scripts/testing/software-gpu.js';
import { wgslText } from './scripts/testing/wgsl.js';

const built = process.env['TEST_BUILT'] === '1';

// Vulkan's loader reads these when a process opens it, so the workers must be born with them.
// What tests measure is no user's.
Object.assign(process.env, softwareGpuEnvironment(), { FRAMERAIL_MEASUREMENTS: 'off' });

const TESTS = [
  'packages/*/test/**/*.test.ts',
  'scripts/**/*.test.ts',
  'examples/**/*.test.ts',
  'bench/**/*.test.ts',
];

export default defineConfig({
  plugins: built ? [wgslText(), builtEntries()] : [wgslText()],
  resolve: { alias: packageAliases({ built }) },
  // Tests are written for the Node that runs them, but `using` is newer than what vite's default keeps.
  oxc: { target: 'node22' },
  test: {
    include: built ? publicTests() : TESTS,
    setupFiles: ['./scripts/testing/seed.ts'],
    globalSetup: ['./scripts/testing/left-out-report.ts'],
    // The addon, WebGPU and child processes need a process of their own; threads share too much.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
