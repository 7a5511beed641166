import { chain, type Filter, type FilterGraph, filter, graph } from '@framerail/ffmpeg';
import type { ColorSpace, YcbcrMatrix } from '@framerail/media-types';
import type { ExportOperation } from '../export-options.js';
import type { ExportPlan } from '../plan/export-plan.js';
import { mixerPasses } from './color-mixer.js';

/** Where the graph's scores go. */
export interface ScoreFiles {
  readonly psnr: string;
  readonly ssim: string;
}

/** What {@link referenceGraph} needs. */
export interface ReferenceGraphOptions {
  readonly plan: ExportPlan;
  /** Links of the inputs: the export, the source, and the picture of each overlay in order. */
  readonly inputs: { readonly output: string; readonly source: string; readonly pictures: readonly string[] };
  /** Compares every nth frame. */
  readonly everyNthFrame: number;
  readonly files: ScoreFiles;
}

/** swscale at its most careful: exact rounding, no chroma left out, no noise added. */
const CAREFUL = {
  flags: 'bilinear+accurate_rnd+full_chroma_int+full_chroma_inp',
  sws_dither: 'none',
} as const;

const MATRIX_NAMES: Readonly<Record<YcbcrMatrix, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  'bt2020-ncl': 'bt2020',
};

/** Positions of chroma samples in 256ths of a luma pixel, as swscale takes them. */
const CHROMA_POSITIONS = { left: [0, 128], center: [128, 128], topleft: [0, 0] } as const;

/**
 * The edit of a plan as filters of ffmpeg alone, in float RGB, set beside the export's own frames.
 *
 * @param options - plan, inputs, score files
 */
export function referenceGraph(options: ReferenceGraphOptions): FilterGraph {
  const { plan, inputs, everyNthFrame, files } = options;
  const pictures = plan.operations.filter(isOverlay);
  const pictureChains = pictures.map((overlay, index) =>
    chain(
      [
        filter('format', ['rgba']),
        filter('colorchannelmixer', { aa: overlay.opacity ?? 1 }),
        filter('format', ['gbrap']),
      ],
      {
        inputs: [inputs.pictures[index] ?? ''],
        outputs: [`picture${index}`],
      },
    ),
  );
  const range = plan.target.color.fullRange ? 'pc' : 'tv';
  return graph(
    ...pictureChains,
    ...editChains(plan, inputs.source, everyNthFrame),
    chain(
      [
        ...sampled(everyNthFrame),
        filter('scale', { ...CAREFUL, in_range: range, out_range: range }),
        filter('format', ['yuv420p']),
      ],
      {
        inputs: [inputs.output],
        outputs: ['output'],
      },
    ),
    chain([filter('split')], { inputs: ['reference'], outputs: ['reference1', 'reference2'] }),
    chain([filter('split')], { inputs: ['output'], outputs: ['output1', 'output2'] }),
    chain([filter('psnr', { stats_file: files.psnr, shortest: true })], {
      inputs: ['output1', 'reference1'],
      outputs: ['psnr'],
    }),
    chain([filter('ssim', { stats_file: files.ssim, shortest: true })], {
      inputs: ['output2', 'reference2'],
      outputs: ['ssim'],
    }),
  );
}

type Overlay = Extract<ExportOperation, { type: 'overlay' }>;

const isOverlay = (operation: ExportOperation): operation is Overlay => operation.type === 'overlay';

/** Takes every nth frame and numbers them, so that frames meet by number whatever the container made of their times. */
function sampled(everyNthFrame: number): Filter[] {
  return [
    ...(everyNthFrame === 1 ? [] : [filter('select', { expr: `not(mod(n,${everyNthFrame}))` })]),
    filter('settb', { expr: '1/25' }),
    filter('setpts', { expr: 'N' }),
  ];
}

/** From the source to `[reference]`. An overlay has two inputs and so ends a chain. */
function editChains({ source, target, operations }: ExportPlan, input: string, everyNthFrame: number) {
  const chains = [];
  let from = input;
  let filters = [
    filter('fps', { fps: target.frameRate, start_time: 0 }),
    ...sampled(everyNthFrame),
    ...stepFilters(source.step),
    filter('scale', { ...CAREFUL, ...colorArguments('in', source.color) }),
    filter('format', ['gbrapf32le']),
  ];
  for (const operation of operations) {
    if (operation.type === 'scale') {
      filters.push(
        filter('scale', { ...CAREFUL, w: operation.width, h: operation.height }),
        filter('format', ['gbrapf32le']),
      );
    } else if (operation.type === 'color') {
      const { brightness = 0, contrast = 1, saturation = 1 } = operation;
      const matrix = source.color.matrix as YcbcrMatrix;
      filters.push(filter('format', ['gbrapf32le']));
      filters.push(
        ...mixerPasses({ brightness, contrast, saturation, matrix }).map((args) =>
          filter('colorchannelmixer', args),
        ),
      );
    } else {
      const index = chains.length;
      filters.push(filter('scale', CAREFUL), filter('format', ['gbrp']));
      chains.push(chain(filters, { inputs: [from], outputs: [`under${index}`] }));
      const { x = 0, y = 0 } = operation;
      const over = filter('overlay', { x, y, format: 'gbrp' });
      chains.push(
        chain([over], { inputs: [`under${index}`, `picture${index / 2}`], outputs: [`over${index}`] }),
      );
      from = `over${index}`;
      filters = [];
    }
  }
  const last = [
    filter('scale', { ...CAREFUL, ...colorArguments('out', target.color) }),
    filter('format', ['yuv420p']),
  ];
  return [...chains, chain([...filters, ...last], { inputs: [from], outputs: ['reference'] })];
}

function stepFilters(step: ExportPlan['source']['step']): Filter[] {
  if (step === undefined) return [];
  const { type, width, height, x, y } = step;
  return type === 'crop'
    ? [filter('crop', { w: width, h: height, x, y, exact: true })]
    : [filter('pad', { w: width, h: height, x, y, color: 'black' })];
}

function colorArguments(side: 'in' | 'out', color: ColorSpace): Record<string, string | number> {
  const [horizontal, vertical] = CHROMA_POSITIONS[color.chromaLocation];
  return {
    [`${side}_color_matrix`]: MATRIX_NAMES[color.matrix as YcbcrMatrix],
    [`${side}_range`]: color.fullRange ? 'pc' : 'tv',
    [`${side}_h_chr_pos`]: horizontal,
    [`${side}_v_chr_pos`]: vertical,
  };
}
