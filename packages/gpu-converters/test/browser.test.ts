import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireProgram, requireShared } from '../../../scripts/testing/require.js';
import { snippetsIn } from '../../../scripts/testing/snippets.js';
import { ROOT } from '../../../scripts/workspace/packages.mjs';
import { bundleWithEsbuild, bundleWithVite, nodeImportsIn } from './browser/bundles.js';
import { reportOf } from './browser/chromium.js';

const TIMEOUT_MS = 240_000;
const PACKAGES = ['buffer-pool', 'gpu-converters', 'lifecycle', 'media-types', 'native'];

// Browsers get the packages as built; a moment's work where they are.
beforeAll(() => {
  const build = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), ...PACKAGES], {
    encoding: 'utf8',
  });
  if (build.status !== 0) throw new Error(`The packages could not be built: ${build.stdout}${build.stderr}`);
}, TIMEOUT_MS);

test('the search for imports of Node finds them', () => {
  const bundle = `import{a}from"node:fs";const b=require('path');import("node:os");from "./fs";import 'module'`;
  expect(nodeImportsIn(bundle)).toEqual(['node:fs', 'path', 'node:os', 'module']);
});

test('esbuild bundles the built package for browsers, without anything of Node', async () => {
  const bundle = await bundleWithEsbuild({ file: 'package.ts' });
  expect(bundle).toContain('createFrameProcessor');
  expect(nodeImportsIn(bundle)).toEqual([]);
});

test('vite bundles the built package for browsers, without anything of Node', async () => {
  const files = await bundleWithVite();
  expect(files['entry.js']).toContain('createFrameProcessor');
  expect(Object.values(files).flatMap(nodeImportsIn)).toEqual([]);
});

test('a bundle with an import of Node is refused', async () => {
  const entry = { text: "import { readFileSync } from 'node:fs'; export { readFileSync };" };
  await expect(bundleWithEsbuild(entry)).rejects.toThrow('node:fs');
});

const [guide] = snippetsIn('docs/guides/browser.md');
const vectors = requireShared('vectors/color-bars.json');

describe.runIf(requireProgram('chromium'))('in a browser', () => {
  test('frames come in and out, bars are exact, and the contract holds', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const report = await reportOf(await bundleWithEsbuild({ file: 'page.ts' }), {
      ...Object.fromEntries(
        Object.entries(await bundleWithVite()).map(([name, code]) => [`/vite/${name}`, code]),
      ),
      '/guide.js': await bundleWithEsbuild({ text: guide?.code ?? '' }),
      '/color-bars.json': vectors === undefined ? '{ "bars": [] }' : readFileSync(vectors, 'utf8'),
    });
    for (const note of report.notes) console.log(note);
    expect(report.cases.filter(({ failure }) => failure !== '')).toEqual([]);
    expect(report.cases.length).toBeGreaterThan(vectors === undefined ? 50 : 60);
    expect(report.adapter).not.toBe('');
  });
});
