// How fast raw frames reach an encoder's process: the frame pipe, spliced and written, beside Node's own stdin.
//
// The reader is `ffmpeg -f rawvideo … -c copy -f null -`: it reads every byte into a packet of its own and drops
// the packet. Without `-c copy` ffmpeg would also wrap each packet as a decoded frame, which is the same work for all
// three and would only hide the transport. All three send the same buffers, which lie in huge pages where the system has
// them, as a pool's can (with pages of 4 KiB splicing is about half as fast). The first frames of a round don't count:
// they wait for ffmpeg to start.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type FramePipe, loadNative, type NativeBinding } from '@framerail/native';
import type { BenchContext, BenchOutcome } from './contract.ts';
import { alternate, type Contender, median } from './measure.ts';

const WIDTH = 3840;
const HEIGHT = 2160;
const FRAME_BYTES = (WIDTH * HEIGHT * 3) / 2;
const FRAMES = 408;
const UNCOUNTED_FRAMES = 8;
/** Frames go round, as those of a pool do, and are more than any cache holds. */
const BUFFERS = 6;
/** As many as a frame writer keeps queued: one on its way, one waiting. */
const QUEUED = 2;
const COUNTED_GB = ((FRAMES - UNCOUNTED_FRAMES) * FRAME_BYTES) / 1e9;

/** One way into a process's stdin. */
interface Transport {
  /** What the child gets as its stdin. */
  readonly stdin: number | 'pipe';
  /** Called once the child runs. */
  attach(child: ChildProcess): void;
  /** Settles when the memory may be used again. */
  write(frame: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** CPU seconds per gigabyte, of this process and of ffmpeg. */
interface CpuCost {
  readonly own: number;
  readonly reader: number;
}

/** Measures; see the head of the file. */
export default async function bench(context: BenchContext): Promise<BenchOutcome> {
  const ffmpeg = process.env['FRAMERAIL_FFMPEG'] ?? 'ffmpeg';
  if (spawnSync(ffmpeg, ['-version']).status !== 0)
    throw new Error(`Expected a working ffmpeg but ${ffmpeg} doesn't run; npm run setup installs it`);
  const native = loadNative();
  const binding = native.available ? native.binding : undefined;
  if (!native.available) context.log(`no frame pipe without the addon: ${native.reasons.join('; ')}`);
  const buffers = makeBuffers(binding, context.seed);
  context.log(
    `${context.rounds} rounds of ${FRAMES} frames of ${WIDTH}x${HEIGHT} NV12, ${UNCOUNTED_FRAMES} uncounted`,
  );

  const costs: Record<string, CpuCost[]> = {};
  const measured = (name: string, open: () => Transport) => async () => {
    const { ms, cpu } = await run(ffmpeg, buffers, open());
    const { [name]: list = [] } = costs;
    costs[name] = [...list, cpu];
    context.log(`${name}: ${((COUNTED_GB / ms) * 1e3).toFixed(2)} GB/s`);
    return ms;
  };
  const stdin = measured('node-stdin', stdinTransport);
  const contenders: Record<string, Contender> =
    binding === undefined
      ? { 'node-stdin': stdin }
      : {
          splice: measured('splice', () => pipeTransport(new binding.FramePipe({ mode: 'auto' }))),
          write: measured('write', () => pipeTransport(new binding.FramePipe({ mode: 'write' }))),
          'node-stdin': stdin,
        };
  const timings = await alternate(contenders, {
    rounds: context.rounds,
  });
  const gbPerS = (name: string) => (COUNTED_GB / (timings[name]?.medianMs ?? Number.NaN)) * 1e3;
  // The round that warmed up is the first of the list.
  const cpu = (name: string, of: (cost: CpuCost) => number) => median((costs[name] ?? []).slice(1).map(of));
  const both = ({ own, reader }: CpuCost) => own + reader;
  if (binding === undefined) {
    const result = { id: 'pipe-4k-nv12', unit: 'GB/s', value: gbPerS('node-stdin'), peers: {} };
    return { results: [result], claims: [] };
  }
  const figure = (id: string, unit: string, of: (name: string) => number) => ({
    id,
    unit,
    value: of('splice'),
    peers: { write: of('write'), 'node-stdin': of('node-stdin') },
  });
  return {
    results: [
      figure('pipe-4k-nv12', 'GB/s', gbPerS),
      figure('pipe-4k-nv12-cpu', 'CPU s/GB', (name) => cpu(name, both)),
      figure('pipe-4k-nv12-cpu-own', 'CPU s/GB', (name) => cpu(name, ({ own }) => own)),
      figure('pipe-4k-nv12-cpu-ffmpeg', 'CPU s/GB', (name) => cpu(name, ({ reader }) => reader)),
    ],
    claims: [
      {
        id: 'pipe-vs-stdin',
        value: gbPerS('splice') / gbPerS('node-stdin'),
        unit: 'ratio',
        op: '>=',
        limit: 1.8,
      },
    ],
  };
}

async function run(ffmpeg: string, buffers: readonly Uint8Array[], transport: Transport) {
  const input = [
    '-f',
    'rawvideo',
    '-pixel_format',
    'nv12',
    '-video_size',
    `${WIDTH}x${HEIGHT}`,
    '-i',
    'pipe:0',
  ];
  const args = ['-hide_banner', '-nostats', '-benchmark', ...input, '-c', 'copy', '-f', 'null', '-'];
  const child = spawn(ffmpeg, args, { stdio: [transport.stdin, 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  transport.attach(child);

  const queue: Promise<void>[] = [];
  let startedMs = 0;
  let cpuAtStart = process.cpuUsage();
  for (let frame = 0; frame < FRAMES; frame += 1) {
    if (frame === UNCOUNTED_FRAMES) {
      await Promise.all(queue.splice(0));
      startedMs = performance.now();
      cpuAtStart = process.cpuUsage();
    }
    if (queue.length >= QUEUED) await queue.shift();
    queue.push(transport.write(buffers[frame % BUFFERS] as Uint8Array));
  }
  await Promise.all(queue);
  await transport.end();
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuAtStart);
  const [code] = await exited;
  if (code !== 0) throw new Error(`ffmpeg exited with ${code}: ${words.slice(-2000)}`);
  const bytes = FRAMES * FRAME_BYTES;
  const cpu = { own: (user + system) / 1e6 / COUNTED_GB, reader: readerSeconds(words) / (bytes / 1e9) };
  return { ms, cpu };
}

/** What `-benchmark` says about ffmpeg's own use of the processors. */
function readerSeconds(words: string): number {
  const found = /utime=([\d.]+)s stime=([\d.]+)s/.exec(words);
  return found === null ? Number.NaN : Number(found[1]) + Number(found[2]);
}

function pipeTransport(pipe: FramePipe): Transport {
  return {
    stdin: pipe.readFd,
    attach: () => pipe.closeReadEnd(),
    write: (frame) => pipe.write(frame),
    end: () => pipe.end(),
  };
}

function stdinTransport(): Transport {
  let stdin: NodeJS.WritableStream | null = null;
  return {
    stdin: 'pipe',
    attach: (child) => {
      stdin = child.stdin;
    },
    write: (frame) =>
      new Promise((resolve, reject) => stdin?.write(frame, (error) => (error ? reject(error) : resolve()))),
    end: () => new Promise((resolve) => stdin?.end(() => resolve())),
  };
}

/** Noise, so that no page is like another and nothing can be merged. */
function makeBuffers(binding: NativeBinding | undefined, seed: number): Uint8Array[] {
  let state = seed >>> 0 || 1;
  return Array.from({ length: BUFFERS }, () => {
    const buffer =
      binding?.allocate(FRAME_BYTES, { hugePages: true, prefault: true }) ?? new Uint8Array(FRAME_BYTES);
    const words = new Uint32Array(buffer.buffer, buffer.byteOffset, FRAME_BYTES / 4);
    for (let index = 0; index < words.length; index += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      words[index] = state;
    }
    return buffer;
  });
}
