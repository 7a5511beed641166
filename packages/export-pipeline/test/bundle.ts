import { build, type StdinOptions } from 'esbuild';
import type { Workbench } from './workbench.js';

/** A program of TypeScript that imports the packages, as one file that plain Node runs. Gives the file's path. */
export async function bundle(
  bench: Workbench,
  name: string,
  program: { entry: string } | { source: string },
): Promise<string> {
  const outfile = bench.path(name);
  const stdin: StdinOptions | undefined =
    'source' in program ? { contents: program.source, resolveDir: process.cwd() } : undefined;
  await build({
    ...(stdin === undefined ? {} : { stdin }),
    ...('entry' in program ? { entryPoints: [program.entry] } : {}),
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['webgpu'],
    logLevel: 'error',
    loader: { '.wgsl': 'text' },
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });
  return outfile;
}
