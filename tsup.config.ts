// Builds the package in the current folder; scripts/build.mjs runs it once for each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'tsup';
import { entriesOf } from './scripts/workspace/packages.mjs';

const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8'));
const entries = entriesOf(manifest);

export default defineConfig({
  entry: Object.fromEntries(entries.map(({ name }) => [name, `src/${name}.ts`])),
  format: ['esm', 'cjs'],
  // `using` is above what this target has, so esbuild lowers it; the rest passes as written.
  target: 'node22',
  platform: 'neutral',
  // The packages find each other through node_modules, never bundled into one another; dependencies are external
  // anyway. (`skipNodeModulesBundle` would follow tsconfig's paths into the neighbours' sources.)
  external: [/^@framerail\//, /^node:/],
  // `sqlite` has no name without the prefix.
  removeNodeProtocol: false,
  loader: { '.wgsl': 'text' },
  shims: true,
  splitting: true,
  sourcemap: true,
  treeshake: false,
  clean: true,
  silent: true,
  dts: true,
});
