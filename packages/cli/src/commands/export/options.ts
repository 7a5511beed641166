import type { ExportOptions } from '@framerail/export-pipeline';
import type { SharedOptions } from '../../command-line/context.js';
import { MATRICES, type MatrixArgument } from '../../command-line/matrices.js';
import type { OverlayArgument } from '../../command-line/option-parsers.js';

/** What `framerail export` takes, parsed. */
export interface ExportArguments extends SharedOptions {
  readonly output: string;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: string;
  readonly fit?: 'contain' | 'cover' | 'stretch';
  readonly oddSize?: 'crop' | 'pad' | 'refuse';
  readonly codec?: string;
  readonly crf?: number;
  readonly preset?: string;
  readonly overlay?: OverlayArgument;
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  readonly matrix?: MatrixArgument;
  readonly range?: 'limited' | 'full';
  readonly audio?: 'auto' | 'copy' | 'aac' | 'none';
  readonly backend: 'auto' | 'gpu' | 'native' | 'reference';
  readonly upsampling?: 'nearest' | 'bilinear';
  readonly threads?: number;
  readonly bufferFrames?: number;
  readonly bufferBytes?: number;
  /** Seconds. */
  readonly stallTimeout?: number;
  readonly overwrite: boolean;
}

/** The arguments as options of `exportVideo`. */
export function exportOptions(input: string, args: ExportArguments): ExportOptions {
  const { output, backend, matrix, range, stallTimeout } = args;
  const { width, height, fps, fit, oddSize, codec, crf, preset, overlay, brightness, contrast, saturation } =
    args;
  const { audio, upsampling, threads, bufferFrames, bufferBytes, overwrite } = args;
  return {
    ...{ input, output, overwrite, width, height, fps, fit, oddSize, codec, crf, preset, overlay },
    ...{ brightness, contrast, saturation, audio, upsampling, threads, bufferFrames, bufferBytes },
    backend: backend === 'gpu' ? 'webgpu' : backend,
    color: {
      matrix: matrix === undefined ? undefined : MATRICES[matrix],
      fullRange: range === undefined ? undefined : range === 'full',
    },
    stallTimeoutMs: stallTimeout === undefined ? undefined : stallTimeout * 1000,
  };
}
