import { spawn } from 'node:child_process';
import { loadNative } from '@framerail/native';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMemoryGroup } from '../../../scripts/testing/memory-group.js';
import { requireMemoryLimit, requireProgram } from '../../../scripts/testing/require.js';
import { exportVideo } from '../src/export-video.js';
import { bundle } from './bundle.js';
import { THUMBNAIL } from './editor-memory.js';
import type { MemoryProgramOptions, MemoryProgramReport } from './memory-program.js';
import { frameHashes, openWorkbench, picture, type Workbench } from './workbench.js';

const MB = 1_000_000;
const FRAMES = 36;
/** What a decoder and an encoder of 4K with two threads take. */
const CHILDREN_BYTES = 450 * MB;
/** What other parts of the editor's process take besides what is managed. */
const OTHER_BYTES = 400 * MB;
/** By how much the limit is too small for all of it: half of what the editor can give back. */
const SHORTAGE_BYTES = 110 * MB;
const ORDER = ['thumbnails', 'idleAudio', 'lowPriorityVideo', 'caches', 'unused'];

interface Ending {
  /** `undefined` if it didn't get that far. */
  readonly report: MemoryProgramReport | undefined;
  /** All that it said, for messages. */
  readonly said: string;
  /** Processes that the kernel killed; `undefined` where it doesn't. */
  readonly kills: number | undefined;
}

// 4K on a busy machine.
const SLOW_MS = 180_000;

describe.runIf(requireProgram('ffmpeg') && requireMemoryLimit())(
  'an editor under a limit of memory',
  {
    timeout: SLOW_MS,
  },
  () => {
    let bench: Workbench;
    let film = '';
    let thumbnails = '';
    let program = '';
    let expected: string[] = [];
    let roomy: Ending = { report: undefined, said: 'nothing', kills: undefined };

    beforeAll(async () => {
      bench = await openWorkbench();
      // MPEG-2 is decoded without a frame for each of the machine's cores.
      const codec = ['-pix_fmt', 'yuv420p', '-c:v', 'mpeg2video', '-q:v', '4'];
      film = await bench.make(...picture('3840x2160', FRAMES / 30), ...codec, 'film.mkv');
      const { width, height } = THUMBNAIL;
      const scaled = ['-vf', `scale=${width}:${height}`, '-frames:v', '20', '-pix_fmt', 'rgba'];
      thumbnails = await bench.make('-i', film, ...scaled, '-f', 'rawvideo', 'thumbnails.rgba');
      program = await bundle(bench, 'editor.mjs', {
        entry: 'packages/export-pipeline/test/memory-program.ts',
      });
      await exportVideo({
        ...{ input: film, output: bench.path('alone.mp4'), brightness: 0.05, audio: 'none' },
        ...{ codec: 'libx264', preset: 'ultrafast', gpuFormatConversion: 'off', ...bench.found },
      });
      expected = await frameHashes(bench.path('alone.mp4'));
      roomy = await edit('roomy.mp4', 8000 * MB, true);
    }, SLOW_MS);
    afterAll(() => bench.close());

    const edit = async (name: string, limitBytes: number, listens: boolean): Promise<Ending> => {
      const group = openMemoryGroup({ limitBytes, childrenBytes: CHILDREN_BYTES });
      try {
        const options: MemoryProgramOptions = {
          ...{ place: { kind: group.kind, folder: group.folder }, limitBytes: group.limitBytes, listens },
          ...{ otherBytes: OTHER_BYTES, film, thumbnails, output: bench.path(name) },
        };
        const ended = await runIn(group.command(process.execPath, [program, JSON.stringify(options)]));
        return { ...ended, kills: group.kills() };
      } finally {
        await group.close();
      }
    };

    /** Less than what it takes when there is enough; a group's figures have the children in them, `ulimit`'s don't. */
    const smallBytes = (): number => {
      const { report } = roomy;
      if (report === undefined) throw new Error('Expected the editor to have run with room for all');
      return report.peakBytes - SHORTAGE_BYTES + (report.kind === 'ulimit' ? CHILDREN_BYTES : 0);
    };

    it('keeps everything on a machine with 8 GB', async () => {
      const { report, said, kills } = roomy;
      expect(report, said).toMatchObject({ frames: FRAMES, levels: [], steps: [], thumbnails: 200 });
      expect(kills ?? 0).toBe(0);
      expect(await frameHashes(bench.path('roomy.mp4'))).toEqual(expected);
    });

    it('goes on where that is too much, and gives back in order', async () => {
      const { report, said, kills } = await edit('small.mp4', smallBytes(), true);
      expect(report, said).toMatchObject({ frames: FRAMES, thumbnailsPassedOver: 0 });
      expect(kills ?? 0).toBe(0);
      expect(report?.steps.length).toBeGreaterThan(0);
      expect(report?.steps).toEqual(ORDER.slice(0, report?.steps.length));
      expect(report?.managedBytes.last).toBeLessThan(report?.managedBytes.full ?? 0);
      expect(await frameHashes(bench.path('small.mp4'))).toEqual(expected);
    });

    it('would have ended there if nobody had told its manager', async () => {
      const { report, said, kills } = await edit('deaf.mp4', smallBytes(), false);
      expect(report, said).toBeUndefined();
      expect(kills ?? 1).toBeGreaterThan(0);
    });
  },
);

async function runIn({ file, args }: { file: string; args: string[] }) {
  const native = loadNative();
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(native.available ? { FRAMERAIL_NATIVE_PATH: native.path } : {}) },
  });
  let said = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const report = code === 0 ? (JSON.parse(said) as MemoryProgramReport) : undefined;
  return { report, said: `${code} ${said}${complaints}` };
}
