// Files for tests of the sqlite engine: a folder that is removed in the end, and the program of its threads, since plain Node
// doesn't read this package's sources.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A folder of a test. */
export interface SqliteFiles extends AsyncDisposable {
  readonly folder: string;
  /** The engine's option; nothing where the built package is tested. */
  readonly program: { readonly program?: string };
  /** A new path. */
  path(): string;
}

/** Makes the folder. */
export async function sqliteFiles(): Promise<SqliteFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-sqlite-'));
  let last = 0;
  return {
    folder,
    program: process.env['TEST_BUILT'] === '1' ? {} : { program: await bundle('sqlite-worker.ts', folder) },
    path() {
      last += 1;
      return join(folder, `queue-${last}.db`);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Bundles a source file of the package, or one beside this file, for plain Node. */
export async function bundle(name: string, folder: string): Promise<string> {
  const source = name.startsWith('./') ? name : `../../src/${name}`;
  const outfile = join(folder, `${name.replaceAll(/[./]/g, '-')}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'error',
  });
  return outfile;
}
