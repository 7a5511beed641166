// Other libraries' conversions, in programs of their own: peers.c with libyuv and swscale, peers-rs with the Rust crate
// `yuv`, where compilers and libraries are; ffmpeg's command for swscale where only that is.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext } from '../contract.ts';
import { type PeerContender, type Peers, startProgram } from './program.ts';

/** The libraries that peers.c knows, and what it takes to build it with them. */
const LIBRARIES = [
  { name: 'libyuv', package: 'libyuv-dev', define: '-DWITH_LIBYUV', link: ['-lyuv'] },
  { name: 'swscale', package: 'libswscale-dev', define: '-DWITH_SWSCALE', link: ['-lswscale', '-lavutil'] },
] as const;

/** Builds and starts what it can, and logs what is left out and why. */
export async function startPeers(context: BenchContext): Promise<Peers> {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-bench-'));
  const programs: Peers[] = [];
  try {
    const built = LIBRARIES.filter((library) => {
      const error = compile(join(folder, library.name), [library]);
      if (error !== undefined) context.log(`without ${library.name} (${library.package}): ${error}`);
      return error === undefined;
    });
    const program = join(folder, 'peers');
    if (built.length > 0 && compile(program, built) === undefined) programs.push(await startProgram(program));
    const crate = buildCrate();
    if (crate.program === undefined) context.log(`without the crate yuv: ${crate.reason}`);
    else programs.push(await startProgram(crate.program));
    const command = built.some(({ name }) => name === 'swscale') ? {} : commandContender(context);
    return {
      contenders: Object.assign({ ...command }, ...programs.map(({ contenders }) => contenders)),
      close: async () => void (await Promise.all(programs.map((one) => one.close()))),
    };
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

/** Builds the program with the crate `yuv`. Cargo keeps what it built beside its sources, so that only the first run takes half a minute. */
export function buildCrate(): { program: string; reason?: never } | { program?: never; reason: string } {
  const folder = join(import.meta.dirname, 'peers-rs');
  const target = join(folder, 'target');
  const { error, status, stderr } = spawnSync(
    'cargo',
    ['build', '--release', '--locked', '--quiet', '--target-dir', target],
    { cwd: folder, encoding: 'utf8' },
  );
  if (error !== undefined) return { reason: `no cargo (${error.message})` };
  if (status !== 0) return { reason: stderr.trim().split('\n')[0] ?? 'cargo failed' };
  return { program: join(target, 'release', 'peers') };
}

/** swscale in ffmpeg's own process: the time that `frames` more frames take. */
function commandContender(context: BenchContext): Record<string, PeerContender> {
  const ffmpeg = process.env['FRAMERAIL_FFMPEG'] ?? 'ffmpeg';
  if (spawnSync(ffmpeg, ['-version']).status !== 0) {
    context.log(`without swscale: no libswscale to link with, and ${ffmpeg} doesn't run`);
    return {};
  }
  const source = 'nullsrc=size=3840x2160,format=rgba,scale=flags=bicubic,format=nv12';
  const elapsedMs = (frames: number) => {
    const startedMs = performance.now();
    const args = ['-v', 'error', '-filter_complex_threads', '1', '-f', 'lavfi', '-i', source];
    const { status } = spawnSync(ffmpeg, [...args, '-frames:v', String(frames), '-f', 'null', '-']);
    if (status !== 0) throw new Error(`${ffmpeg} exited with ${status}`);
    return performance.now() - startedMs;
  };
  return { 'swscale:rgba-to-nv12': async (frames) => (elapsedMs(frames + 1) - elapsedMs(1)) / frames };
}
