// How fast 4K frames made in memory become a file, beside ffmpeg alone and beside how it is done without Framerail;
// and what a whole export from a file costs in memory and in the event loop's time.
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ffmpegCapabilities, locateFfmpeg } from '@framerail/ffmpeg';
import type { BenchContext, BenchOutcome } from './contract.ts';
import type { LoopReport } from './export/blocked-loop.ts';
import { ffmpegAlone, framerail, HEIGHT, rgbaIntoStdin, WIDTH, type Work } from './export/contenders.ts';
import { makeFrames } from './export/moving-frames.ts';
import { writeNv12 } from './export/nv12-file.ts';
import { alternate } from './measure.ts';

/** Distinct frames; gone through again and again. */
const DISTINCT = 24;
/** Frames that each contender encodes in a round. */
const FRAMES = 480;
/** Frames of the export whose memory is measured: long enough for a leak of half a megabyte a frame to show. */
const LONG_FRAMES = 720;

interface WholeExport {
  frames: number;
  fps: number;
  backend: string;
  transport: string;
  peakRssMb: number;
  loop: LoopReport;
}

/** The bench `export`. */
export default async function bench({ log, rounds, seed }: BenchContext): Promise<BenchOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-export-'));
  try {
    const binaries = await locateFfmpeg();
    const capabilities = await ffmpegCapabilities(binaries);
    log(`making ${DISTINCT} frames of ${WIDTH}×${HEIGHT}`);
    const frames = makeFrames({ width: WIDTH, height: HEIGHT, count: DISTINCT, seed });
    const nv12Path = join(folder, 'frames.nv12');
    await writeNv12({ frames, path: nv12Path, width: WIDTH, height: HEIGHT });
    const work: Work = {
      binaries,
      capabilities,
      frames,
      nv12Path,
      loops: FRAMES / DISTINCT,
      output: join(folder, 'out.mp4'),
    };

    log(`${rounds} rounds of ${FRAMES} frames each, in alternating order`);
    const timing = await alternate(
      {
        framerail: () => framerail(work),
        'ffmpeg-alone-nv12-file': () => ffmpegAlone(work),
        'rgba-into-node-stdin': () => rgbaIntoStdin(work),
      },
      { rounds },
    );
    const fps = (name: keyof typeof timing): number => FRAMES / (timing[name].medianMs / 1000);
    const [ours, alone, stdin] = [
      fps('framerail'),
      fps('ffmpeg-alone-nv12-file'),
      fps('rgba-into-node-stdin'),
    ];

    log(`a whole export of ${LONG_FRAMES} frames in a process of its own`);
    const film = join(folder, 'film.mp4');
    await ffmpegAlone({ ...work, loops: LONG_FRAMES / DISTINCT, output: film });
    const whole = await exportInChild(film, join(folder, 'whole.mp4'));

    return {
      results: [
        {
          id: '4k-rgba-to-x264-ultrafast',
          unit: 'fps',
          value: ours,
          peers: { 'ffmpeg-alone-nv12-file': alone, 'rgba-into-node-stdin': stdin },
        },
        {
          id: `4k-export-video-${whole.backend}-${whole.transport}`,
          unit: 'fps',
          value: whole.fps,
          peers: {},
        },
        { id: 'peak-rss-process', unit: 'MB', value: whole.peakRssMb, peers: {} },
        {
          id: 'event-loop-blocked',
          unit: 'ms',
          value: whole.loop.longestCpuMs,
          peers: {
            'late-without-waiting-for-a-core': whole.loop.longestLateMs,
            'late-in-all': whole.loop.rawDelayMs,
          },
        },
      ],
      claims: [
        { id: 'export-vs-ffmpeg-alone', value: ours / alone, unit: 'ratio', op: '>=', limit: 0.85 },
        { id: 'export-vs-rgba-stdin', value: ours / stdin, unit: 'ratio', op: '>=', limit: 1.6 },
        { id: 'peak-rss', value: whole.peakRssMb, unit: 'MB', op: '<=', limit: 400 },
        { id: 'event-loop-blocked-ms', value: whole.loop.longestCpuMs, unit: 'ms', op: '<=', limit: 20 },
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function exportInChild(input: string, output: string): Promise<WholeExport> {
  const child = fork(join(import.meta.dirname, 'export/whole-export.ts'), [input, output], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let report: WholeExport | undefined;
    child.on('message', (message) => (report = message as WholeExport));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      report === undefined
        ? reject(new Error(`the exporting process ended with ${signal ?? code}`))
        : resolve(report);
    });
  });
}
