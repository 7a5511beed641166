import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FfmpegBinaries,
  inputArguments,
  type MediaInfo,
  runFfmpeg,
  serializeFilterGraph,
  type VideoStreamInfo,
} from '@framerail/ffmpeg';
import { serializeCube } from '@framerail/gpu-converters';
import type { ExportPlan } from '../plan/export-plan.js';
import { readScores } from './frame-scores.js';
import { referenceGraph } from './reference-graph.js';
import type { ReferenceScores } from './verification.js';

/** What {@link compareWithReference} needs. */
export interface ComparisonOptions {
  readonly binaries: FfmpegBinaries;
  readonly plan: ExportPlan;
  readonly source: MediaInfo;
  readonly output: MediaInfo;
  readonly everyNthFrame: number;
  readonly signal?: AbortSignal | undefined;
}

/** One frame of a 4K edit in floats takes a second or so on a slow machine. */
const STALL_TIMEOUT_MS = 300_000;

/** Runs the edit in one ffmpeg process, beside the export's frames, and scores the one against the other. */
export async function compareWithReference(options: ComparisonOptions): Promise<ReferenceScores> {
  const { binaries, plan, source, output, everyNthFrame, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), 'framerail-verify-'));
  try {
    const pictures = await pictureInputs(plan, folder);
    const cubes = await cubeFiles(plan, folder);
    const [psnr, ssim, coarse] = ['psnr', 'ssim', 'coarse'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const files = { psnr, ssim, coarse };
    const video = source.video as VideoStreamInfo;
    const graph = referenceGraph({
      plan,
      video,
      inputs: {
        output: `0:${output.video?.index ?? 0}`,
        source: `1:${video.index}`,
        pictures: pictures.map((_, index) => `${index + 2}:v`),
      },
      cubes,
      everyNthFrame,
      files,
    });
    await runFfmpeg({
      binaries,
      stage: 'verify',
      args: [
        '-copyts',
        ...[...inputArguments(output.path), ...inputArguments(source.path), ...pictures.flat()],
        ...['-filter_complex', serializeFilterGraph(graph)],
        ...['-map', '[psnr]', '-map', '[ssim]', '-map', '[coarse]', '-f', 'null', '-'],
      ],
      stallTimeoutMs: STALL_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    }).result;
    const [psnrText = '', ssimText = '', coarseText = ''] = await Promise.all(
      [psnr, ssim, coarse].map((path) => readFile(path, 'utf8')),
    );
    return readScores({ psnrText, ssimText, coarseText, everyNthFrame });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Input arguments for the overlays' pictures; those in memory go through a file. */
function pictureInputs({ operations }: ExportPlan, folder: string): Promise<string[][]> {
  const overlays = operations.filter((operation) => operation.type === 'overlay');
  return Promise.all(
    overlays.map(async (overlay, index) => {
      if ('path' in overlay) return inputArguments(overlay.path);
      const { data, width, height } = overlay.image;
      const path = join(folder, `picture${index}.rgba`);
      await writeFile(path, data);
      return ['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${width}x${height}`, '-i', path];
    }),
  );
}

/** The cubes as files, which is how ffmpeg takes them. */
function cubeFiles({ operations }: ExportPlan, folder: string): Promise<(string | undefined)[]> {
  return Promise.all(
    operations.map(async (operation, index) => {
      if (operation.type !== 'lut3d') return undefined;
      const path = join(folder, `cube${index}.cube`);
      await writeFile(path, serializeCube(operation.lut));
      return path;
    }),
  );
}
