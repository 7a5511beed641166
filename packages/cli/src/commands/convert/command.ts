import { processPeakRssBytes } from '@framerail/export-pipeline';
import { invalidArgument } from '@framerail/lifecycle';
import { type ColorSpace, PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import { Command } from 'commander';
import { BACKENDS, type BackendArgument } from '../../command-line/backends.js';
import type { CommandContext, Outcome, SharedOptions } from '../../command-line/context.js';
import { MATRIX_NAMES } from '../../command-line/matrices.js';
import { choiceParser, numberParser, parseCrop, sizeParser } from '../../command-line/option-parsers.js';
import type { Run } from '../../command-line/run.js';
import { backendJson } from '../../output/backend-json.js';
import { openFileSink } from '../../raw-frames/file-sink.js';
import { openFileSource } from '../../raw-frames/file-source.js';
import { streamSink } from '../../raw-frames/stream-sink.js';
import { streamSource } from '../../raw-frames/stream-source.js';
import { type ConversionArguments, type PreparedConversion, prepareConversion } from './conversion.js';
import { convertRawFrames } from './convert.js';
import { readCube } from './read-cube.js';

const FORMATS = Object.keys(PIXEL_FORMATS) as PixelFormat[];

interface Options extends SharedOptions, ConversionArguments {
  readonly output: string;
  readonly lut?: string;
  readonly backend: BackendArgument;
  readonly overwrite: boolean;
}

/** `framerail convert`. */
export function convertCommand(run: Run): Command {
  return new Command('convert')
    .description('Converts raw frames, one after the other in a file or on stdin, exactly')
    .argument('<input>', 'file of raw frames, or - for stdin')
    .requiredOption('-o, --output <path>', 'file to write, or - for stdout')
    .requiredOption('--size <WxH>', 'size of the frames in pixels', sizeParser('--size'))
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
      '--transfer <curve>',
      "the frames' curve: sdr (default), pq, hlg",
      choiceParser('--transfer', ['sdr', 'pq', 'hlg'] as const),
    )
    .option(
      '--to-matrix <matrix>',
      "the output's matrix (default: as the input's)",
      choiceParser('--to-matrix', MATRIX_NAMES),
    )
    .option(
      '--to-range <range>',
      "the output's range (default: as the input's)",
      choiceParser('--to-range', ['limited', 'full'] as const),
    )
    .option(
      '--to-chroma <location>',
      "where the output's chroma samples lie (default: as the input's)",
      choiceParser('--to-chroma', ['left', 'center', 'topleft'] as const),
    )
    .option('--tone-map', 'make BT.709 SDR of pq or hlg')
    .option(
      '--source-peak <nits>',
      'brightest light of the input in cd/m² (default: 1000)',
      numberParser('--source-peak', { min: 100, max: 10_000 }),
    )
    .option(
      '--target-peak <nits>',
      "what the output's white stands for in cd/m² (default: the library's)",
      numberParser('--target-peak', { min: 50, max: 1000 }),
    )
    .option('--crop <WxH+X+Y>', 'take a part, such as 1280x720+320+180', parseCrop)
    .option('--rotate <degrees>', 'turn clockwise: 90, 180, 270', parseQuarters)
    .option(
      '--flip <axis>',
      'mirror: horizontal, vertical',
      choiceParser('--flip', ['horizontal', 'vertical'] as const),
    )
    .option('--scale <WxH>', 'scale to a size', sizeParser('--scale'))
    .option(
      '--filter <filter>',
      'how to scale: bilinear (default), bicubic, lanczos3, area',
      choiceParser('--filter', ['bilinear', 'bicubic', 'lanczos3', 'area'] as const),
    )
    .option('--linear-light', 'scale light instead of codes')
    .option('--lut <file>', 'apply a look from a .cube file, last')
    .option(
      '--dither <how>',
      'where depth goes down: none, ordered',
      choiceParser('--dither', ['none', 'ordered'] as const),
      'none',
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

function parseQuarters(text: string): 90 | 180 | 270 {
  return Number(choiceParser('--rotate', ['90', '180', '270'] as const)(text)) as 90 | 180 | 270;
}

async function convert(context: CommandContext, input: string, options: Options): Promise<Outcome> {
  const { output, json, backend } = options;
  const { signal } = context;
  if (json && output === '-')
    throw invalidArgument('-o', 'a file together with --json, which prints on stdout,', output);
  const lut = options.lut === undefined ? undefined : await readCube(options.lut, signal);
  const { guessed, ...conversion } = prepareConversion(options, lut);
  await using source =
    input === '-' ? streamSource('stdin', context.stdin, signal) : await openFileSource(input, signal);
  const sink =
    output === '-'
      ? streamSink('stdout', context.stdout, signal)
      : await openFileSink({ path: output, overwrite: options.overwrite });
  const report = await convertRawFrames({ input: source, sink, ...conversion, backend, signal });
  const { frames, seconds, fps, bytes, backend: choice } = report;
  const summary = `${frames} ${frames === 1 ? 'frame' : 'frames'} in ${seconds.toFixed(2)} s (${fps.toFixed(1)} fps, ${choice.backend})`;
  if (!json) context.say(`framerail: ${summary}`);
  const { width, height } = conversion.target.layout;
  return {
    json: {
      frames,
      seconds,
      fps,
      backend: backendJson(choice),
      bytes,
      peakRssBytes: { process: processPeakRssBytes() },
      color: ycbcrOf(conversion),
      colorGuessed: guessed,
      target: { format: conversion.target.layout.format, width, height, color: conversion.target.color },
      output,
    },
    text: '',
  };
}

/** The colour of the YCbCr side; the input's where both are. */
function ycbcrOf({ source, target }: Pick<PreparedConversion, 'source' | 'target'>): ColorSpace {
  const isRgb = PIXEL_FORMATS[source.layout.format].model === 'rgb';
  return isRgb ? target.color : source.color;
}
