import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BufferPool } from '@framerail/buffer-pool';
import { type Capabilities, type FfmpegBinaries, ffmpegCapabilities, locateFfmpeg } from '@framerail/ffmpeg';
import { expect } from 'vitest';

const run = promisify(execFile);

/** A folder of a test's own, and what ffmpeg makes in it. */
export interface Workbench {
  readonly folder: string;
  /** What exports would look for each time anew. */
  readonly found: { readonly binaries: FfmpegBinaries; readonly capabilities: Capabilities };
  /** A path in the folder. */
  path(name: string): string;
  /** Runs ffmpeg with these arguments; the last one is a name in the folder, whose path comes back. */
  make(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-export-'));
  const path = (name: string): string => join(folder, name);
  const binaries = await locateFfmpeg();
  return {
    folder,
    found: { binaries, capabilities: await ffmpegCapabilities(binaries) },
    path,
    async make(...args) {
      const output = path(args.at(-1) ?? '');
      await run(FFMPEG, [
        '-hide_banner',
        '-loglevel',
        'error',
        '-nostdin',
        '-y',
        ...args.slice(0, -1),
        output,
      ]);
      return output;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export const FFMPEG = process.env['FRAMERAIL_FFMPEG'] ?? 'ffmpeg';
const FFPROBE = process.env['FRAMERAIL_FFPROBE'] ?? 'ffprobe';

/** Arguments for a moving picture with all colours in it. */
export const picture = (size: string, seconds: number, rate = '30'): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=s=${size}:r=${rate}:d=${seconds}`,
];
/** Arguments for a tone. */
export const tone = (seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `sine=440:sample_rate=48000:d=${seconds}`,
];
/** Arguments for a quick encode with BT.709's tags. */
export const QUICK = [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
];

export interface Stream {
  codec_type: string;
  codec_name: string;
  width: number;
  height: number;
  sample_aspect_ratio?: string;
  nb_read_packets: string;
  start_time: string;
  duration: string;
  r_frame_rate: string;
  color_range?: string;
  color_space?: string;
  color_transfer?: string;
  color_primaries?: string;
  chroma_location?: string;
  pix_fmt: string;
  profile: string;
  side_data_list?: { rotation?: number }[];
}

/** What ffprobe says of a file's first video and first audio stream. */
export async function streamsOf(file: string): Promise<{ video: Stream; audio: Stream | undefined }> {
  const args = ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json', file];
  const { stdout } = await run(FFPROBE, args);
  const { streams } = JSON.parse(stdout) as { streams: Stream[] };
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  if (video === undefined) throw new Error('Expected a video stream');
  return { video, audio: streams.find(({ codec_type }) => codec_type === 'audio') };
}

/** A checksum of every decoded frame, in order. */
export async function frameHashes(file: string, filters = 'null'): Promise<string[]> {
  const args = ['-v', 'error', '-i', file, '-map', '0:v:0', '-vf', filters, '-f', 'framemd5', '-'];
  const { stdout } = await run(FFMPEG, args, { maxBuffer: 1 << 28 });
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
}

/** The bytes of a file's frames as ffmpeg decodes them. */
export async function decoded(file: string, format: string, frames = 1, filters = 'null'): Promise<Buffer> {
  const args = [
    '-v',
    'error',
    '-i',
    file,
    '-map',
    '0:v:0',
    '-vf',
    filters,
    '-frames:v',
    String(frames),
    '-f',
    'rawvideo',
    '-pix_fmt',
    format,
    '-',
  ];
  const { stdout } = await run(FFMPEG, args, { maxBuffer: 1 << 28, encoding: 'buffer' });
  return stdout as unknown as Buffer;
}

/** Children of this process with their command lines; Linux only, elsewhere none are seen. */
function children(): { pid: number; command: string }[] {
  const found: { pid: number; command: string }[] = [];
  for (const pid of listFolder('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[1]) !== process.pid) continue;
      found.push({
        pid: Number(pid),
        command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** The encoder or decoder of an export that is under way. */
export function ffmpegChild(role: 'encode' | 'decode'): number | undefined {
  const mark = role === 'encode' ? 'pipe:0' : 'pipe:1';
  return children().find(({ command }) => command.includes('-progress') && command.includes(` ${mark} `))
    ?.pid;
}

/** Open pipes, files and sockets of this process, as far as exports could leave some. */
function openFiles(): string[] {
  return listFolder('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return /^(pipe|socket):|\.partial|framerail-export/.test(target) ? [target] : [];
    } catch {
      return [];
    }
  });
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The buffer-pool package with a record of every pool that is made, to look at when an export is over. */
export function recordPools(real: typeof import('@framerail/buffer-pool'), pools: BufferPool[]): typeof real {
  const createBufferPool: typeof real.createBufferPool = (options) => {
    const pool = real.createBufferPool(options);
    pools.push(pool);
    return pool;
  };
  return { ...real, createBufferPool };
}

/** What a process has before an export, to be compared with what it has after it. */
export async function inventory(folder: string, pools: readonly BufferPool[]) {
  const before = {
    files: await readdir(folder),
    fds: openFiles().length,
    children: new Set(children().map(({ pid }) => pid)),
  };
  return {
    /** Checks that nothing came to stay, but for the files named. */
    async expectNothingLeft(...made: string[]): Promise<void> {
      expect((await readdir(folder)).sort()).toEqual([...new Set([...before.files, ...made])].sort());
      expect(children().filter(({ pid }) => !before.children.has(pid))).toEqual([]);
      for (const pool of pools)
        expect(pool.stats()).toMatchObject({ bytesInUse: 0, leases: 0, waiting: 0, lost: 0 });
      // Pipes of a child that has gone are closed a turn of the event loop later.
      for (let turn = 0; turn < 50 && openFiles().length > before.fds; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(openFiles().length).toBeLessThanOrEqual(before.fds);
    },
  };
}
