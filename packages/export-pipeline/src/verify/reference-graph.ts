import { chain, type Filter, type FilterGraph, filter, graph, type VideoStreamInfo } from '@framerail/ffmpeg';
import type { ExportPlan } from '../plan/export-plan.js';
import { decodedFilters, editChains } from './edit-chains.js';

/** One file for each score. */
type ScoreFiles = Readonly<Record<ScoreName, string>>;

/** `coarse` is PSNR at an eighth of the size, where an encoder's noise is averaged away and a wrong edit is not. */
type ScoreName = 'psnr' | 'ssim' | 'coarse';

/** What {@link referenceGraph} needs. */
export interface ReferenceGraphOptions {
  readonly plan: ExportPlan;
  /** The source's video. */
  readonly video: VideoStreamInfo;
  /** Links of the inputs: the export, the source, and the picture of each overlay in order. */
  readonly inputs: { readonly output: string; readonly source: string; readonly pictures: readonly string[] };
  /** Files of the cubes, at the places of their operations. */
  readonly cubes: readonly (string | undefined)[];
  /** Compares every nth frame. */
  readonly everyNthFrame: number;
  /** Where the scores of each frame are written. */
  readonly files: ScoreFiles;
}

/**
 * The edit of a plan as filters of ffmpeg alone, set beside the export's own frames; a link for each score is
 * open at its end.
 *
 * @param options - plan, inputs, score files
 */
export function referenceGraph(options: ReferenceGraphOptions): FilterGraph {
  const { plan, video, inputs, cubes, everyNthFrame, files } = options;
  const range = plan.target.color.fullRange ? 'pc' : 'tv';
  const exported = [
    ...numbered(everyNthFrame),
    // Full range has a pixel format of its own in some releases; the codes stay as they are.
    filter('scale', { in_range: range, out_range: range }),
    filter('format', { pix_fmts: 'yuv420p' }),
  ];
  const edit = editChains({
    plan,
    decoded: [...decodedFilters(plan, video), ...numbered(everyNthFrame)],
    source: inputs.source,
    pictures: inputs.pictures,
    output: 'reference',
    cubes,
  });
  const copies = (side: string): string[] => ['psnr', 'ssim', 'coarse'].map((name) => `${side}-${name}`);
  const split = filter('split', { outputs: 3 });
  const scored = (name: ScoreName, inputs = [`output-${name}`, `reference-${name}`]) =>
    chain([filter(name === 'ssim' ? 'ssim' : 'psnr', { stats_file: files[name], shortest: true })], {
      inputs,
      outputs: [name],
    });
  const small = ['output', 'reference'].map((side) =>
    chain([filter('scale', EIGHTH)], { inputs: [`${side}-coarse`], outputs: [`${side}-small`] }),
  );
  return graph(
    ...edit,
    chain([split], { inputs: ['reference'], outputs: copies('reference') }),
    chain([...exported, split], { inputs: [inputs.output], outputs: copies('output') }),
    ...small,
    scored('psnr'),
    scored('ssim'),
    scored('coarse', ['output-small', 'reference-small']),
  );
}

/** Means of 8×8 pixels, with even sides. */
const EIGHTH = { w: 'max(2,trunc(iw/16)*2)', h: 'max(2,trunc(ih/16)*2)', flags: 'area+accurate_rnd' };

/** Takes every nth frame and numbers them, so that frames meet by number whatever the container made of their times. */
function numbered(everyNthFrame: number): Filter[] {
  return [
    ...(everyNthFrame === 1 ? [] : [filter('select', { expr: `not(mod(n,${everyNthFrame}))` })]),
    filter('settb', { expr: '1/25' }),
    filter('setpts', { expr: 'N' }),
  ];
}
