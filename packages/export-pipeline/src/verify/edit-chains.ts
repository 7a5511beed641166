import {
  chain,
  conversionFilters,
  type Filter,
  type FilterChain,
  filter,
  type VideoStreamInfo,
} from '@framerail/ffmpeg';
import { sizeAfter } from '@framerail/gpu-converters';
import { type ColorSpace, SRGB, type YcbcrMatrix } from '@framerail/media-types';
import type { ExportOperation } from '../export-options.js';
import type { Size } from '../plan/even-size.js';
import type { ExportPlan } from '../plan/export-plan.js';
import { isSameCode } from '../plan/output-color.js';
import { planesSteps } from './planes-steps.js';
import { expectPlainOverlay, FLOAT, referenceSteps, toEightBits } from './reference-steps.js';
import { CAREFUL, CHROMA_POSITIONS } from './scaler.js';

const MATRIX_NAMES: Readonly<Record<YcbcrMatrix, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  'bt2020-ncl': 'bt2020',
};

type Overlay = Extract<ExportOperation, { type: 'overlay' }>;

/** From the decoder to 8-bit 4:2:0 at the constant rate, cut or padded as the plan says. */
export function decodedFilters({ source, target }: ExportPlan, video: VideoStreamInfo): Filter[] {
  return [
    filter('setpts', { expr: `round(PTS-(${video.timestampOriginUs}/1000000)/TB)` }),
    filter('fps', { fps: target.frameRate, start_time: 0, round: 'near' }),
    ...stepFilters(source.step),
    ...conversionFilters({
      from: { pixelFormat: video.pixelFormat, color: video.color },
      to: { pixelFormat: 'yuv420p', color: source.color },
      width: source.width,
      height: source.height,
      resizes: source.step !== undefined,
    }),
  ];
}

/** What {@link editChains} needs. */
export interface EditOptions {
  readonly plan: ExportPlan;
  /** Filters before the edit. */
  readonly decoded: readonly Filter[];
  /** Links of the source, of the picture of each overlay in order, and of the result. */
  readonly source: string;
  readonly pictures: readonly string[];
  readonly output: string;
  /** Files of the cubes, at the places of their operations. */
  readonly cubes: readonly (string | undefined)[];
}

/** The operations in RGB, in order. An overlay has two inputs and so ends a chain. Without any, frames stay as they are. */
export function editChains({ plan, decoded, source, pictures, output, cubes }: EditOptions): FilterChain[] {
  if (plan.operations.length === 0 && isSameCode(plan.source.color, plan.target.color)) {
    return [chain(decoded, { inputs: [source], outputs: [output] })];
  }
  const apart = planesSteps(plan);
  if (apart !== undefined && isSameCode(plan.source.color, plan.target.color))
    return [chain([...decoded, ...apart], { inputs: [source], outputs: [output] })];
  const chains: FilterChain[] = [];
  let filters: Filter[] = [...decoded, ...(apart ?? []), ...toFloat(plan.source.color)];
  let from = source;
  let overlays = 0;
  let size: Size = apart === undefined ? plan.source : plan.target;
  for (const [index, operation] of (apart === undefined ? plan.operations : []).entries()) {
    if (operation.type === 'overlay') {
      expectPlainOverlay(operation);
      const [under, picture, over] = ['under', 'picture', 'over'].map((name) => `${name}${overlays}`) as [
        string,
        string,
        string,
      ];
      chains.push(
        chain([...filters, ...toEightBits()], { inputs: [from], outputs: [under] }),
        chain(pictureFilters(operation), { inputs: [pictures[overlays] ?? ''], outputs: [picture] }),
        chain([filter('overlay', place(operation))], { inputs: [under, picture], outputs: [over] }),
      );
      filters = [filter('format', { pix_fmts: FLOAT })];
      from = over;
      overlays += 1;
    } else {
      filters.push(...referenceSteps(operation, { size, color: plan.source.color, cube: cubes[index] }));
      size = sizeAfter(size, [operation]);
    }
  }
  const last = conversionFilters({
    from: { pixelFormat: 'gbrp', color: SRGB },
    to: { pixelFormat: 'yuv420p', color: plan.target.color },
    ...size,
    resizes: false,
  });
  return [...chains, chain([...filters, ...toEightBits(), ...last], { inputs: [from], outputs: [output] })];
}

function stepFilters(step: ExportPlan['source']['step']): Filter[] {
  if (step === undefined) return [];
  const { type, width: w, height: h, x, y } = step;
  return [
    type === 'crop'
      ? filter('crop', { w, h, x, y, exact: true })
      : filter('pad', { w, h, x, y, color: 'black' }),
  ];
}

function toFloat(color: ColorSpace): Filter[] {
  const [horizontal, vertical] = CHROMA_POSITIONS[color.chromaLocation];
  const meaning = {
    in_color_matrix: MATRIX_NAMES[color.matrix as YcbcrMatrix],
    in_range: color.fullRange ? 'pc' : 'tv',
    in_h_chr_pos: horizontal,
    in_v_chr_pos: vertical,
  };
  return [filter('scale', { ...CAREFUL, ...meaning }), filter('format', { pix_fmts: FLOAT })];
}

function pictureFilters({ opacity = 1 }: Overlay): Filter[] {
  return [
    filter('format', { pix_fmts: 'rgba' }),
    filter('colorchannelmixer', { aa: opacity }),
    filter('format', { pix_fmts: 'gbrap' }),
  ];
}

function place({ x = 0, y = 0 }: Overlay) {
  return { x, y, format: 'gbrp' };
}
