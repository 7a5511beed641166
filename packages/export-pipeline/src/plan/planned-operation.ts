import { expectNumber, invalidArgument } from '@framerail/lifecycle';
import type { ExportOperation, ExportOverlay, RenderOptions } from '../export-options.js';
import { evenSize, type Size } from './even-size.js';

/** What is done to frames, in order, and the size that comes out. */
export interface PlannedOperations {
  /** Operations that change nothing are left out. */
  readonly operations: readonly ExportOperation[];
  readonly output: Size;
}

/**
 * Puts the operations in order: the scaling, then either `operations` as given or the adjustment and the
 * overlay of the short options.
 *
 * @param decoded - size of the frames that come in
 * @param output - size that was asked for, even
 * @param options - the caller's
 * @throws FramerailError `E_INVALID_ARGUMENT` if both ways of saying it are mixed, `E_ODD_SIZE`
 */
export function planOperations(decoded: Size, output: Size, options: RenderOptions): PlannedOperations {
  const short = shortOperations(options);
  if (options.operations !== undefined && short.length > 0) {
    throw invalidArgument('operations', 'no brightness, contrast, saturation or overlay beside it', options.operations);
  }
  const own = (options.operations ?? short).filter(changesSomething);
  const lastScale = own.findLast((operation) => operation.type === 'scale');
  if (lastScale !== undefined && (options.width !== undefined || options.height !== undefined)) {
    throw invalidArgument('operations', 'no scale beside width and height', options.operations);
  }
  if (lastScale !== undefined) return { operations: own, output: evenSize(lastScale, 'refuse') };
  const isScaled = decoded.width !== output.width || decoded.height !== output.height;
  return { operations: isScaled ? [{ type: 'scale', ...output }, ...own] : own, output };
}

function shortOperations(options: RenderOptions): ExportOperation[] {
  const brightness = optionalNumber('brightness', options.brightness, 0, -1, 1);
  const contrast = optionalNumber('contrast', options.contrast, 1, 0, 4);
  const saturation = optionalNumber('saturation', options.saturation, 1, 0, 4);
  const adjusts = brightness !== 0 || contrast !== 1 || saturation !== 1;
  return [
    ...(adjusts ? [{ type: 'color' as const, brightness, contrast, saturation }] : []),
    ...(options.overlay === undefined ? [] : [{ type: 'overlay' as const, ...checkedOverlay(options.overlay) }]),
  ];
}

function checkedOverlay(overlay: ExportOverlay): ExportOverlay {
  optionalNumber('overlay.x', overlay.x, 0, -65_535, 65_535);
  optionalNumber('overlay.y', overlay.y, 0, -65_535, 65_535);
  optionalNumber('overlay.opacity', overlay.opacity, 1, 0, 1);
  return overlay;
}

function optionalNumber(name: string, value: unknown, fallback: number, min: number, max: number): number {
  return value === undefined ? fallback : expectNumber(name, value, { min, max });
}

function changesSomething(operation: ExportOperation): boolean {
  if (operation.type === 'overlay') return operation.opacity !== 0;
  if (operation.type !== 'color') return true;
  const { brightness = 0, contrast = 1, saturation = 1 } = operation;
  return brightness !== 0 || contrast !== 1 || saturation !== 1;
}
