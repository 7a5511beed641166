// What converts the images: the addon, and others' programs that read one from standard input.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { NativeBinding, NativeColor, NativeImage } from '@framerail/native';
import type { BenchContext } from '../contract.ts';
import { buildCrate } from '../convert/peers.ts';
import { COLOURS, type MatrixName, SIDE } from './reference.ts';

/** RGBA to three planes, or back, in limited range; nothing where the converter lacks it. */
export type Converter = (
  direction: 'forward' | 'inverse',
  matrix: MatrixName,
  input: Uint8Array,
) => Uint8Array | undefined;

const FFMPEG = process.env['FRAMERAIL_FFMPEG'] ?? 'ffmpeg';

/** All that there are, and logs what is left out and why; `folder` is for programs. */
export function findConverters(
  context: BenchContext,
  binding: NativeBinding,
  folder: string,
): Record<string, Converter> {
  const converters: Record<string, Converter> = { framerail: ownConverter(binding) };
  const libyuv = join(folder, 'libyuv');
  const source = join(import.meta.dirname, 'libyuv.c');
  if (spawnSync('cc', ['-O2', source, '-o', libyuv, '-lyuv']).status === 0)
    converters['libyuv'] = (direction, matrix, input) =>
      direction === 'forward' && matrix !== 'bt601' ? undefined : run(libyuv, [direction, matrix], input);
  else context.log('without libyuv (libyuv-dev): it could not be compiled and linked');
  const crate = buildCrate();
  if (crate.program === undefined) context.log(`without the crate yuv: ${crate.reason}`);
  else
    for (const mode of ['yuv-fast', 'yuv', 'yuv-professional'])
      converters[mode] = (direction, matrix, input) =>
        // From Y′CbCr at full chroma it has one way alone.
        direction === 'inverse' && mode !== 'yuv'
          ? undefined
          : run(crate.program, [direction, matrix, mode], input);
  const { status, stdout } = spawnSync(FFMPEG, ['-v', 'error', '-filters'], { encoding: 'utf8' });
  if (status !== 0) context.log(`without swscale and zscale: ${FFMPEG} doesn't run`);
  else {
    converters['swscale'] = swscale('bicubic');
    converters['swscale-accurate'] = swscale('bicubic+accurate_rnd+full_chroma_int+full_chroma_inp');
    if (/ zscale /.test(stdout)) converters['zscale'] = zscale;
    else context.log(`without zscale: ${FFMPEG} has no such filter`);
  }
  return converters;
}

function ownConverter(binding: NativeBinding): Converter {
  return (direction, matrix, input) => {
    const color: NativeColor = {
      matrix: matrix === 'bt601' ? 'smpte170m' : 'bt709',
      fullRange: false,
      chromaLocation: 'left',
    };
    const rgba = (data: Uint8Array): NativeImage => image('RGBA', data, [{ offset: 0, stride: 4 * SIDE }]);
    const planes = (data: Uint8Array): NativeImage =>
      image(
        'I444',
        data,
        [0, 1, 2].map((plane) => ({ offset: plane * COLOURS, stride: SIDE })),
      );
    const output = new Uint8Array((direction === 'forward' ? 3 : 4) * COLOURS);
    binding.processSync({
      source: direction === 'forward' ? rgba(input) : planes(input),
      sourceColor: color,
      operations: [],
      target: direction === 'forward' ? planes(output) : rgba(output),
      targetColor: color,
      upsampling: 'bilinear',
    });
    return output;
  };
}

function image(format: NativeImage['format'], data: Uint8Array, planes: NativeImage['planes']): NativeImage {
  return { data, format, width: SIDE, height: SIDE, planes };
}

function swscale(flags: string): Converter {
  return (direction, matrix, input) => {
    const colours = `in_color_matrix=${matrix}:out_color_matrix=${matrix}:in_range=${direction === 'forward' ? 'full' : 'limited'}:out_range=${direction === 'forward' ? 'limited' : 'full'}`;
    return runFfmpeg(direction, `scale=${colours}:flags=${flags}`, input);
  };
}

const zscale: Converter = (direction, matrix, input) => {
  const name = matrix === 'bt601' ? '170m' : '709';
  const filter =
    direction === 'forward'
      ? `format=gbrp,zscale=matrixin=gbr:matrix=${name}:rangein=full:range=limited`
      : `zscale=matrixin=${name}:matrix=gbr:rangein=limited:range=full,format=gbrp`;
  return runFfmpeg(direction, filter, input);
};

function runFfmpeg(direction: 'forward' | 'inverse', filter: string, input: Uint8Array): Uint8Array {
  const [from, to] = direction === 'forward' ? ['rgba', 'yuv444p'] : ['yuv444p', 'rgba'];
  const raw = ['-f', 'rawvideo', '-pix_fmt'];
  const source = [...raw, from, '-s', `${SIDE}x${SIDE}`, '-i', 'pipe:0'];
  const target = ['-vf', `${filter},format=${to}`, ...raw, to, 'pipe:1'];
  return run(FFMPEG, ['-v', 'error', ...source, ...target], input);
}

function run(program: string, args: readonly string[], input: Uint8Array): Uint8Array {
  const { error, status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 8 * COLOURS });
  if (error !== undefined || status !== 0)
    throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr.toString().trim()}`);
  return stdout;
}
