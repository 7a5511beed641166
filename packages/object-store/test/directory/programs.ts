// Programs that are run in processes of their own on this package's sources.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a program as one file that plain Node runs. */
export async function bundleProgram(name: string, folder: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'error',
  });
  return path;
}

/** Starts a program; its lines are kept as they come. */
export function startProgram(path: string, args: readonly string[]): Program {
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (some: string) => {
    text += some;
  });
  return {
    child,
    lines: () => text.split('\n').slice(0, -1),
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}

/** A program that runs. */
export interface Program {
  readonly child: ChildProcess;
  /** The whole lines that it has written so far. */
  lines(): string[];
  /** Settles when it has ended, with its exit code. */
  readonly ended: Promise<number | null>;
}
