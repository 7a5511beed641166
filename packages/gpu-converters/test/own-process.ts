// Runs scripts on the package's sources in a process of their own, where nothing but them keeps it alive or busy.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** What the script of a process finds as `framerail`. */
const PRELUDE = `
  export * from '../src/index.js';
  export { BT709, frameLayout, SRGB } from '@framerail/media-types';
`;

/** A bundle of the sources, inside the repository: there a process finds npm's webgpu. */
export interface OwnProcess {
  /**
   * Runs a module that has the package as \`framerail\`, with Node's own arguments if any.
   *
   * @returns what it prints, as JSON
   * @throws if it fails, or has not ended by itself after 200 s
   */
  run(script: string, nodeArguments?: readonly string[]): Promise<unknown>;
  remove(): Promise<void>;
}

/** Bundles the sources. */
export async function bundleSources(): Promise<OwnProcess> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.cache/framerail-process-'));
  const outfile = join(folder, 'framerail.mjs');
  await build({
    stdin: { contents: PRELUDE, loader: 'ts', resolveDir: HERE },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    loader: { '.wgsl': 'text' },
    external: ['webgpu'],
    logLevel: 'silent',
  });
  return {
    async run(script, nodeArguments = []) {
      const module = `const framerail = await import(${JSON.stringify(outfile)});\n${script}`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...nodeArguments, '--input-type=module', '--eval', module],
        { cwd: ROOT, timeout: 200_000, killSignal: 'SIGKILL' },
      );
      return JSON.parse(stdout);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
