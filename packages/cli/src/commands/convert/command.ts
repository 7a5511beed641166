import { processPeakRssBytes } from '@framerail/export-pipeline';
import { invalidArgument } from '@framerail/lifecycle';
import {
  type ChromaLocation,
  type ColorField,
  type ColorSpace,
  frameLayout,
  guessColorSpace,
  PIXEL_FORMATS,
  SRGB,
} from '@framerail/media-types';
import { Command } from 'commander';
import { BACKENDS, type BackendArgument } from '../../command-line/backends.js';
import type { CommandContext, Outcome, SharedOptions } from '../../command-line/context.js';
import { MATRICES, MATRIX_NAMES, type MatrixArgument } from '../../command-line/matrices.js';
import { choiceParser, numberParser, parseSize } from '../../command-line/option-parsers.js';
import type { Run } from '../../command-line/run.js';
import { openFileSink } from '../../raw-frames/file-sink.js';
import { openFileSource } from '../../raw-frames/file-source.js';
import { stridedLayout } from '../../raw-frames/source-layout.js';
import { streamSink } from '../../raw-frames/stream-sink.js';
import { streamSource } from '../../raw-frames/stream-source.js';
import { convertRawFrames } from './convert.js';

/** Formats that every backend converts. */
const FORMATS = ['RGBA', 'BGRA', 'NV12', 'I420'] as const;

interface Options extends SharedOptions {
  readonly output: string;
  readonly size: { width: number; height: number };
  readonly from: (typeof FORMATS)[number];
  readonly to: (typeof FORMATS)[number];
  readonly matrix?: MatrixArgument;
  readonly range?: 'limited' | 'full';
  readonly chroma?: ChromaLocation;
  readonly upsampling: 'nearest' | 'bilinear';
  readonly backend: BackendArgument;
  readonly stride?: number;
  readonly overwrite: boolean;
}

/** `framerail convert`. */
export function convertCommand(run: Run): Command {
  return new Command('convert')
    .description('Converts raw frames, one after the other in a file or on stdin, exactly')
    .argument('<input>', 'file of raw frames, or - for stdin')
    .requiredOption('-o, --output <path>', 'file to write, or - for stdout')
    .requiredOption('--size <WxH>', 'size of the frames in pixels', parseSize)
    .requiredOption(
      '--from <format>',
      `format of the input: ${FORMATS.join(', ')}`,
      choiceParser('--from', FORMATS),
    )
    .requiredOption(
      '--to <format>',
      `format of the output: ${FORMATS.join(', ')}`,
      choiceParser('--to', FORMATS),
    )
    .option(
      '--matrix <matrix>',
      "the YCbCr side's matrix: bt601, bt709, bt2020 (default: bt709 from 720 lines up, else bt601)",
      choiceParser('--matrix', MATRIX_NAMES),
    )
    .option(
      '--range <range>',
      "the YCbCr side's range: limited, full (default: limited)",
      choiceParser('--range', ['limited', 'full'] as const),
    )
    .option(
      '--chroma <location>',
      'where chroma samples lie: left, center, topleft (default: left; topleft for bt2020)',
      choiceParser('--chroma', ['left', 'center', 'topleft'] as const),
    )
    .option(
      '--upsampling <filter>',
      'chroma to full size: bilinear, nearest',
      choiceParser('--upsampling', ['bilinear', 'nearest'] as const),
      'bilinear',
    )
    .option('--backend <backend>', BACKENDS.join(', '), choiceParser('--backend', BACKENDS), 'auto')
    .option(
      '--stride <bytes>',
      "bytes from row to row of the input's first plane (default: tight)",
      numberParser('--stride', { min: 1, max: 2 ** 31 - 1, integer: true }),
    )
    .option('--no-overwrite', 'fail if the output exists')
    .option('--json', 'print one object on stdout at the end')
    .option('--quiet', 'print nothing but errors')
    .action(run(convert));
}

async function convert(context: CommandContext, input: string, options: Options): Promise<Outcome> {
  const { output, json, backend, upsampling, size } = options;
  const { signal } = context;
  if (json && output === '-')
    throw invalidArgument('-o', 'a file together with --json, which prints on stdout,', output);
  const { color, guessed } = colorOf(options);
  const from = {
    layout: stridedLayout({ ...size, format: options.from, stride: options.stride }),
    color: colorFor(options.from, color),
  };
  const to = { layout: frameLayout({ ...size, format: options.to }), color: colorFor(options.to, color) };
  await using source =
    input === '-' ? streamSource('stdin', context.stdin, signal) : await openFileSource(input, signal);
  const sink =
    output === '-'
      ? streamSink('stdout', context.stdout, signal)
      : await openFileSink({ path: output, overwrite: options.overwrite });
  const report = await convertRawFrames({ source, sink, from, to, backend, upsampling, signal });
  const summary = `${report.frames} ${report.frames === 1 ? 'frame' : 'frames'} in ${report.seconds.toFixed(2)} s (${report.fps.toFixed(1)} fps, ${report.backend.backend})`;
  if (!json) context.say(`framerail: ${summary}`);
  return {
    json: {
      frames: report.frames,
      seconds: report.seconds,
      fps: report.fps,
      backend: {
        name: report.backend.backend,
        reason: report.backend.reason,
        measurements: report.backend.measurements,
      },
      bytes: report.bytes,
      peakRssBytes: { process: processPeakRssBytes() },
      color,
      colorGuessed: guessed,
      output,
    },
    text: '',
  };
}

/** The colour of the YCbCr side, with what had to be guessed; between RGB formats there is none. */
function colorOf({ from, to, matrix, range, chroma, size }: Options): {
  color: ColorSpace;
  guessed: readonly ColorField[];
} {
  if (isRgb(from) && isRgb(to)) return { color: SRGB, guessed: [] };
  const { color, guessed } = guessColorSpace(
    {
      ...(matrix === undefined ? {} : { matrix: MATRICES[matrix] }),
      ...(range === undefined ? {} : { fullRange: range === 'full' }),
      ...(chroma === undefined ? {} : { chromaLocation: chroma }),
    },
    size.height,
  );
  // Primaries and transfer take no part in a change of format.
  const asked: readonly ColorField[] = ['matrix', 'fullRange', 'chromaLocation'];
  return { color, guessed: guessed.filter((field) => asked.includes(field)) };
}

const isRgb = (format: Options['from']): boolean => PIXEL_FORMATS[format].model === 'rgb';

const colorFor = (format: Options['from'], color: ColorSpace): ColorSpace => (isRgb(format) ? SRGB : color);
