import { chain, type Filter, type FilterGraph, filter, graph, type VideoStreamInfo } from '@framerail/ffmpeg';
import type { ExportPlan } from '../plan/export-plan.js';
import { decodedFilters, editChains } from './edit-chains.js';

/** What {@link referenceGraph} needs. */
export interface ReferenceGraphOptions {
  readonly plan: ExportPlan;
  /** The source's video. */
  readonly video: VideoStreamInfo;
  /** Links of the inputs: the export, the source, and the picture of each overlay in order. */
  readonly inputs: { readonly output: string; readonly source: string; readonly pictures: readonly string[] };
  /** Compares every nth frame. */
  readonly everyNthFrame: number;
  /** Where the scores of each frame are written. */
  readonly files: { readonly psnr: string; readonly ssim: string };
}

/**
 * The edit of a plan as filters of ffmpeg alone, set beside the export's own frames; the links `psnr` and
 * `ssim` are open at its end.
 *
 * @param options - plan, inputs, score files
 */
export function referenceGraph(options: ReferenceGraphOptions): FilterGraph {
  const { plan, video, inputs, everyNthFrame, files } = options;
  const range = plan.target.color.fullRange ? 'pc' : 'tv';
  const exported = [
    ...numbered(everyNthFrame),
    // Full range has a pixel format of its own in some releases; the codes stay as they are.
    filter('scale', { in_range: range, out_range: range }),
    filter('format', { pix_fmts: 'yuv420p' }),
    filter('split'),
  ];
  const scored = (name: 'psnr' | 'ssim') =>
    chain([filter(name, { stats_file: files[name], shortest: true })], {
      inputs: [`output-${name}`, `reference-${name}`],
      outputs: [name],
    });
  return graph(
    ...editChains({
      plan,
      decoded: [...decodedFilters(plan, video), ...numbered(everyNthFrame)],
      source: inputs.source,
      pictures: inputs.pictures,
      output: 'reference',
    }),
    chain([filter('split')], { inputs: ['reference'], outputs: ['reference-psnr', 'reference-ssim'] }),
    chain(exported, { inputs: [inputs.output], outputs: ['output-psnr', 'output-ssim'] }),
    scored('psnr'),
    scored('ssim'),
  );
}

/** Takes every nth frame and numbers them, so that frames meet by number whatever the container made of their times. */
function numbered(everyNthFrame: number): Filter[] {
  return [
    ...(everyNthFrame === 1 ? [] : [filter('select', { expr: `not(mod(n,${everyNthFrame}))` })]),
    filter('settb', { expr: '1/25' }),
    filter('setpts', { expr: 'N' }),
  ];
}
