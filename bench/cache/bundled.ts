import { build } from 'esbuild';

/**
 * Makes one file of a program that plain Node runs, from the sources.
 *
 * @param entry its path
 * @param outfile where to, ending in `.mjs`
 * @returns outfile
 */
export async function bundled(entry: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'error',
  });
  return outfile;
}
