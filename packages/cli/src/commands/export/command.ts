import { createProgressBar, exportVideo, reportText } from '@framerail/export-pipeline';
import { locateFfmpeg } from '@framerail/ffmpeg';
import { Command } from 'commander';
import { BACKENDS } from '../../command-line/backends.js';
import type { CommandContext, Outcome } from '../../command-line/context.js';
import { MATRIX_NAMES } from '../../command-line/matrices.js';
import { bytesParser, choiceParser, numberParser, parseOverlay } from '../../command-line/option-parsers.js';
import type { Run } from '../../command-line/run.js';
import { type ExportArguments, exportOptions } from './options.js';
import { reportJson } from './report.js';

const side = (name: string) => numberParser(name, { min: 1, max: 16_384, integer: true });
const count = (name: string, max: number) => numberParser(name, { min: 1, max, integer: true });

/** `framerail export`. */
export function exportCommand(run: Run): Command {
  return new Command('export')
    .description('Exports a video: scaled, adjusted, with an overlay, with its sound and its colours right')
    .argument('<input>', 'video file')
    .requiredOption('-o, --output <path>', 'file to make: .mp4, .m4v, .mov, .mkv or .ts')
    .option(
      '--width <pixels>',
      "output width (default: the source's, or what keeps the aspect)",
      side('--width'),
    )
    .option(
      '--height <pixels>',
      "output height (default: the source's, or what keeps the aspect)",
      side('--height'),
    )
    .option('--fps <rate>', "output frame rate such as 30 or 30000/1001 (default: the source's)")
    .option(
      '--fit <how>',
      'contain (bars, default), cover (cut), stretch',
      choiceParser('--fit', ['contain', 'cover', 'stretch'] as const),
    )
    .option(
      '--odd-size <how>',
      'crop (default), pad, refuse',
      choiceParser('--odd-size', ['crop', 'pad', 'refuse'] as const),
    )
    .option(
      '--codec <codec>',
      "h264 (default; hardware first) or the name of one of ffmpeg's encoders, such as libx264",
    )
    .option(
      '--crf <quality>',
      'constant quality, 0 to 51, smaller is better (default: 18)',
      numberParser('--crf', { min: 0, max: 51 }),
    )
    .option('--preset <preset>', 'ultrafast to placebo (default: veryfast)')
    .option(
      '--overlay <PNG[:x:y[:opacity]]>',
      'picture laid over, at output pixels, opacity 0 to 1',
      parseOverlay,
    )
    .option('--brightness <value>', '-1 to 1 (default: 0)', numberParser('--brightness', { min: -1, max: 1 }))
    .option('--contrast <factor>', '0 to 4 (default: 1)', numberParser('--contrast', { min: 0, max: 4 }))
    .option('--saturation <factor>', '0 to 4 (default: 1)', numberParser('--saturation', { min: 0, max: 4 }))
    .option(
      '--matrix <matrix>',
      "output matrix: bt601, bt709, bt2020 (default: the source's)",
      choiceParser('--matrix', MATRIX_NAMES),
    )
    .option(
      '--range <range>',
      "output range: limited, full (default: the source's)",
      choiceParser('--range', ['limited', 'full'] as const),
    )
    .option(
      '--audio <how>',
      'auto (default: copy where possible, else aac), copy, aac, none',
      choiceParser('--audio', ['auto', 'copy', 'aac', 'none'] as const),
    )
    .option('--backend <backend>', BACKENDS.join(', '), choiceParser('--backend', BACKENDS), 'auto')
    .option(
      '--upsampling <filter>',
      'chroma to full size: bilinear (default), nearest',
      choiceParser('--upsampling', ['bilinear', 'nearest'] as const),
    )
    .option('--threads <count>', 'threads of the native backend for one frame', count('--threads', 1024))
    .option(
      '--buffer-frames <count>',
      'frames the whole pipeline may hold (default: 32, or 16 below 16 GB)',
      count('--buffer-frames', 100_000),
    )
    .option(
      '--buffer-bytes <bytes>',
      'bytes they may take, such as 200MB (default: 200MB, or 100MB below 16 GB)',
      bytesParser('--buffer-bytes'),
    )
    .option(
      '--stall-timeout <seconds>',
      'give up when nothing moves for so long (default: 30)',
      numberParser('--stall-timeout', { min: 0.1, max: 86_400 }),
    )
    .option('--no-overwrite', 'fail if the output exists')
    .option('--json', 'print one object on stdout at the end')
    .option('--quiet', 'print nothing but errors and the result')
    .action(run(runExport));
}

async function runExport(context: CommandContext, input: string, args: ExportArguments): Promise<Outcome> {
  const { env, signal, stderr } = context;
  const binaries = await locateFfmpeg({ env, signal });
  using bar = args.quiet ? undefined : createProgressBar({ stream: stderr });
  const report = await exportVideo({
    ...exportOptions(input, args),
    binaries,
    signal,
    onProgress: (progress) => bar?.update(progress),
    onWarning: ({ message, code }) => bar?.say(`warning: ${message} [${code}]`),
  });
  return { json: reportJson(report), text: args.quiet ? '' : reportText(report) };
}
