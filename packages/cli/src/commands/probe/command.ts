import { locateFfmpeg, type MediaInfo, probe } from '@framerail/ffmpeg';
import { rationalToNumber } from '@framerail/media-types';
import { Command } from 'commander';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import type { Run } from '../../command-line/run.js';
import { type TableRow, table } from '../../output/table.js';

/** `framerail probe`. */
export function probeCommand(run: Run): Command {
  return new Command('probe')
    .description(
      'Says what is in a media file: size, exact rate, rotation, colour and what of it was guessed, sound',
    )
    .argument('<input>', 'media file')
    .option('--json', 'print one object on stdout')
    .option('--quiet', 'print nothing but errors and the result')
    .action(run(probeFile));
}

async function probeFile({ env, signal }: CommandContext, input: string): Promise<Outcome> {
  const binaries = await locateFfmpeg({ env, signal });
  const info = await probe(input, { binaries, signal });
  return { json: info, text: table([...fileRows(info), ...videoRows(info), ...audioRows(info)]) };
}

const seconds = (us: number | undefined): string =>
  us === undefined ? 'unknown' : `${(us / 1e6).toFixed(3)} s`;

function fileRows(info: MediaInfo): TableRow[] {
  return [
    ['file', info.path],
    ['container', info.formatName],
    ['duration', seconds(info.durationUs)],
  ];
}

function videoRows({ video }: MediaInfo): TableRow[] {
  if (video === undefined) return [['video', 'none']];
  const { color, colorGuessed, frameRate } = video;
  const rate = frameRate.denominator === 1 ? '' : ` (${frameRate.numerator}/${frameRate.denominator})`;
  const turned = video.rotationDegrees === 0 ? '' : `, rotated by ${video.rotationDegrees}°`;
  const coded =
    video.codedWidth === video.width && video.codedHeight === video.height
      ? ''
      : ` (coded ${video.codedWidth}x${video.codedHeight}${turned})`;
  const range = color.fullRange ? 'full' : 'limited';
  const guess = colorGuessed.length === 0 ? 'all tagged' : `guessed: ${colorGuessed.join(', ')}`;
  return [
    ['video', `${video.codec}, ${video.pixelFormat}, ${video.bitDepth} bits`],
    ['size', `${video.width}x${video.height}${coded}`],
    [
      'rate',
      `${Number(rationalToNumber(frameRate).toFixed(3))} fps${rate}${video.variableFrameRate ? ', variable' : ''}`,
    ],
    ['frames', video.frameCount === undefined ? 'unknown' : String(video.frameCount)],
    [
      'color',
      `${color.primaries}, ${color.transfer}, ${color.matrix}, ${range} range, chroma ${color.chromaLocation} (${guess})`,
    ],
    ...(video.hdr === undefined ? [] : ([['hdr', video.hdr.toUpperCase()]] as TableRow[])),
  ];
}

function audioRows({ audio }: MediaInfo): TableRow[] {
  if (audio.length === 0) return [['audio', 'none']];
  return audio.map(({ codec, sampleRate, channels }) => [
    'audio',
    `${codec}, ${sampleRate} Hz, ${channels} channels`,
  ]);
}
