import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = resolve(fileURLToPath(import.meta.url), '../..');

/** The command as it is installed. It runs what was built, so the build has to be there. */
const BIN = join(PACKAGE, 'bin/framerail.mjs');

/** How a run ended. */
export interface Run {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: string;
}

export interface RunOptions {
  input?: Uint8Array;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Called once with the process. */
  onStart?: (child: ChildProcess) => void;
}

/** Starts the command as a process and waits until it has ended. */
export function framerail(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  if (!existsSync(join(PACKAGE, 'dist/index.js'))) throw new Error('Build the packages first: npm run build');
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: 'pipe',
    cwd: options.cwd,
    // The machine's adapter takes seconds to start and none of these tests is about it.
    env: { FRAMERAIL_GPU_FORMAT_CONVERSION: 'off', ...process.env, ...options.env },
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  options.onStart?.(child);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, stdout: Buffer.concat(stdout), stderr }));
  });
}

/** Runs the command with `--json` and parses what it printed: exactly one object. */
export async function framerailJson(args: readonly string[], options: RunOptions = {}) {
  const run = await framerail([...args, '--json'], options);
  const text = run.stdout.toString();
  if (text === '') throw new Error(`Expected an object on stdout but it is empty; stderr: ${run.stderr}`);
  return { ...run, json: JSON.parse(text) };
}

/** A folder that is there while `use` runs. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-cli-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Processes whose command line names the folder: there must be none when a run has ended. */
export async function processesNaming(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes(folder));
}

/** Runs ffmpeg to make a test's input. */
export function makeWithFfmpeg(args: readonly string[]): Promise<void> {
  const child = spawn(
    process.env['FRAMERAIL_FFMPEG'] ?? 'ffmpeg',
    ['-v', 'error', '-nostdin', '-y', ...args],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`ffmpeg ended with ${code}`))));
  });
}

/** A clip of a moving test picture with sound, tagged as BT.709, 320×180 at 25 fps. */
export async function makeClip(
  path: string,
  options: { seconds?: number; video?: string[] } = {},
): Promise<void> {
  const { seconds = 1, video = [] } = options;
  await makeWithFfmpeg([
    ...['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...[
      '-vf',
      'scale=out_color_matrix=bt709:out_range=tv',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ],
    ...['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    ...['-c:a', 'aac', ...video, path],
  ]);
}
