// Writers in processes of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundled } from '../bundled.ts';

/** How a writer writes. */
export interface WriterOrder {
  readonly path: string;
  readonly maxBytes: number;
  readonly durability: 'none' | 'data' | 'sync';
  readonly seed: number;
  readonly firstVersion: number;
  readonly keys: number;
  /** Versions that it writes; without it, until it is killed. */
  readonly count?: number | undefined;
}

/** A writer that runs. */
export interface Writer {
  readonly child: ChildProcess;
  /** Settles with its first line, or its end. */
  readonly opened: Promise<unknown>;
  /** Settles with its whole lines when it has ended. */
  readonly ended: Promise<{ readonly lines: string[]; readonly code: number | null }>;
}

/** Makes one file of the writer, which plain Node runs, from the sources. @returns its path, as it was given */
export const bundleWriter = (outfile: string): Promise<string> =>
  bundled(join(import.meta.dirname, 'writer.ts'), outfile);

/** Starts a writer. */
export function startWriter(program: string, order: WriterOrder): Writer {
  const { path, maxBytes, durability, seed, firstVersion, keys, count } = order;
  const args = [
    path,
    maxBytes,
    durability,
    seed,
    firstVersion,
    keys,
    ...(count === undefined ? [] : [count]),
  ];
  const child = spawn(process.execPath, [program, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (some: string) => {
    text += some;
  });
  const ended = new Promise<{ lines: string[]; code: number | null }>((resolve) =>
    child.once('close', (code) => resolve({ lines: text.split('\n').slice(0, -1), code })),
  );
  const first = new Promise((resolve) => child.stdout.once('data', resolve));
  return { child, opened: Promise.race([first, ended]), ended };
}

/**
 * Lets a writer write for a while and kills it.
 *
 * @param isFromStart whether the time begins with its start, and not when it has opened the store
 * @returns its lines
 */
export async function killAfter(writer: Writer, delayMs: number, isFromStart = false): Promise<string[]> {
  if (!isFromStart) await writer.opened;
  await sleep(delayMs);
  writer.child.kill('SIGKILL');
  return (await writer.ended).lines;
}
