// Other libraries' RGBA → NV12, in programs of their own: peers.c where a compiler and the libraries are, ffmpeg's
// command for swscale where only that is.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { BenchContext } from '../contract.ts';

/** The libraries that peers.c knows, and what it takes to build it with them. */
const LIBRARIES = [
  { name: 'libyuv', package: 'libyuv-dev', define: '-DWITH_LIBYUV', link: ['-lyuv'] },
  { name: 'swscale', package: 'libswscale-dev', define: '-DWITH_SWSCALE', link: ['-lswscale', '-lavutil'] },
] as const;

/** Converts `frames` frames of 3840×2160 on one thread and says how many milliseconds each took. */
type PeerContender = (frames: number) => Promise<number>;

/** What there is to compare with. */
export interface Peers {
  readonly contenders: Readonly<Record<string, PeerContender>>;
  close(): Promise<void>;
}

/** Builds and starts what it can, and logs what is left out and why. */
export async function startPeers(context: BenchContext): Promise<Peers> {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-bench-'));
  try {
    const program = join(folder, 'peers');
    const built = LIBRARIES.filter((library) => {
      const error = compile(join(folder, library.name), [library]);
      if (error !== undefined) context.log(`without ${library.name} (${library.package}): ${error}`);
      return error === undefined;
    });
    const swscale: Record<string, PeerContender> = built.some(({ name }) => name === 'swscale')
      ? {}
      : commandContender(context);
    if (built.length === 0 || compile(program, built) !== undefined)
      return { contenders: swscale, close: async () => undefined };
    const { contenders, close } = await startProgram(program);
    return { contenders: { ...contenders, ...swscale }, close };
  } finally {
    // A running program stays, though its file is gone.
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns why it can't be built */
function compile(output: string, libraries: readonly (typeof LIBRARIES)[number][]): string | undefined {
  const flags = libraries.map(({ define }) => define);
  const links = libraries.flatMap(({ link }) => link);
  const source = join(import.meta.dirname, 'peers.c');
  const { error, status, stderr } = spawnSync('cc', ['-O3', ...flags, source, '-o', output, ...links], {
    encoding: 'utf8',
  });
  if (error !== undefined) return `no C compiler (${error.message})`;
  return status === 0 ? undefined : (stderr.trim().split('\n')[0] ?? 'the compiler failed');
}

async function startProgram(program: string): Promise<Peers> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(program, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error('Expected an answer from the peers but their program ended');
    return value;
  };
  const [, ...names] = (await nextLine()).split(' ');
  const contender = (name: string) => async (frames: number) => {
    child.stdin.write(`${name} ${frames}\n`);
    return Number(await nextLine()) / 1e6;
  };
  return {
    contenders: Object.fromEntries(names.map((name) => [name, contender(name)])),
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/** swscale in ffmpeg's own process: the time that `frames` more frames take. */
function commandContender(context: BenchContext): Record<string, PeerContender> {
  const ffmpeg = process.env['FRAMERAIL_FFMPEG'] ?? 'ffmpeg';
  if (spawnSync(ffmpeg, ['-version']).status !== 0) {
    context.log(`without swscale: no libswscale to link with, and ${ffmpeg} doesn't run`);
    return {};
  }
  const source = 'nullsrc=size=3840x2160,format=rgba,scale=flags=bicubic,format=nv12';
  const seconds = (frames: number) => {
    const startedMs = performance.now();
    const args = ['-v', 'error', '-filter_complex_threads', '1', '-f', 'lavfi', '-i', source];
    const { status } = spawnSync(ffmpeg, [...args, '-frames:v', String(frames), '-f', 'null', '-']);
    if (status !== 0) throw new Error(`${ffmpeg} exited with ${status}`);
    return performance.now() - startedMs;
  };
  return { swscale: async (frames) => (seconds(frames + 1) - seconds(1)) / frames };
}
