import { conversionFilters, type Filter, filter } from '@framerail/ffmpeg';
import { planConversion } from '@framerail/gpu-converters';
import { type ColorSpace, frameLayout } from '@framerail/media-types';
import type { ExportOperation } from '../export-options.js';
import type { Size } from '../plan/even-size.js';
import type { ExportPlan } from '../plan/export-plan.js';
import { notVerifiable } from './not-verifiable.js';
import { CHROMA_POSITIONS, scalerArguments } from './scaler.js';

/** Room for what scaling makes between two codes. */
const DEEP = 'yuv420p16le';

/**
 * The filters of an edit that keeps Y, Cb and Cr apart, as crops and a scale between two formats of one matrix do:
 * 4:2:0 of 8 bits in the source's colour, in the size of the output.
 *
 * @returns `undefined` for edits that go by way of RGB
 * @throws FramerailError `E_NOT_VERIFIABLE` for a cut between two samples of chroma
 */
export function planesSteps(plan: ExportPlan): Filter[] | undefined {
  const { operations, source, target } = plan;
  if (operations.length === 0 || !staysApart(plan)) return undefined;
  const { color } = source;
  const { width, height } = target;
  const from = { pixelFormat: 'yuv420p', color };
  const deep = { pixelFormat: DEEP, color };
  let size: Size = source;
  return [
    ...conversionFilters({ from, to: deep, ...source, resizes: false }),
    ...operations.flatMap((operation) => {
      const steps = planesStep(operation, size, color);
      if (operation.type === 'crop' || operation.type === 'scale') size = operation;
      return steps;
    }),
    ...conversionFilters({ from: deep, to: from, width, height, resizes: false }),
  ];
}

function staysApart({ operations, source, target }: ExportPlan): boolean {
  const edits = operations.filter((one) => one.type === 'crop' || one.type === 'scale');
  if (edits.length < operations.length) return false;
  const format = ({ width, height, color }: Size & { color: ColorSpace }) => ({
    layout: frameLayout({ format: 'NV12', width, height }),
    color,
  });
  return planConversion(format(source), format(target), { operations: edits }).work.kind === 'planes';
}

function planesStep(operation: ExportOperation, size: Size, color: ColorSpace): Filter[] {
  if (operation.type === 'crop') {
    const { width: w, height: h, x, y } = operation;
    if (x % 2 !== 0 || y % 2 !== 0) throw notVerifiable('a crop that begins between two samples of chroma');
    return [filter('crop', { w, h, x, y, exact: true })];
  }
  if (operation.type !== 'scale') return [];
  return scalerArguments(operation, size).map((step) => filter('scale', { ...step, ...sited(color) }));
}

/** Chroma lies on both sides where the colour says. */
function sited({ chromaLocation }: ColorSpace): Record<string, number> {
  const [h, v] = CHROMA_POSITIONS[chromaLocation];
  return { in_h_chr_pos: h, in_v_chr_pos: v, out_h_chr_pos: h, out_v_chr_pos: v };
}
