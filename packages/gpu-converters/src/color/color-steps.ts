import { expectNumber, expectOneOf, FramerailError, invalidArgument } from '@framerail/lifecycle';
import type { ColorPrimaries, ColorSpace, TransferCharacteristics } from '@framerail/media-types';
import { boundedMemo } from '../operations/bounded-memo.js';
import { sameCurves } from '../operations/curve-tables.js';
import type {
  PreparedCurves,
  PreparedLut3d,
  PreparedOperation,
  WorkDepth,
} from '../operations/prepared-operation.js';
import { colorCube } from './color-cube.js';
import { type ColorMap, primariesConversion, toneMapping } from './color-map.js';
import type { Peaks } from './eetf.js';
import { isHdr, transferCurve } from './transfer-curves.js';

/** How HDR becomes SDR. */
export interface ToneMappingOptions {
  /** The brightest light of the source in cd/m², 1 to 10,000; from its mastering metadata where known, default 1000. */
  readonly sourcePeakNits?: number;
  /**
   * What SDR white stands for in cd/m², 1 to 10,000. Default 203: HDR's reference white (BT.2408), with which
   * faces and greys come out as bright as in SDR video. 100, an SDR studio display, makes everything brighter.
   */
  readonly targetPeakNits?: number;
}

/** What is done about primaries and curves. */
export interface ColorOptions {
  /** For PQ and HLG to SDR. */
  readonly toneMapping?: ToneMappingOptions;
  /**
   * `auto` (default) converts primaries if one side has BT.2020's or Display P3's, or for tone mapping, and leaves BT.709's and
   * BT.601's alone among each other, as players do. `convert` converts whatever differs, `keep` nothing.
   */
  readonly primaries?: 'auto' | 'convert' | 'keep';
}

/** Steps that come before all operations, and what codes mean after them. */
export interface ColorSteps {
  /** None, or a cube, a curve, or one after the other. */
  readonly steps: readonly PreparedOperation[];
  /** What the steps do, for labels; not set: nothing. */
  readonly label: 'tone map' | 'primaries' | 'curve' | undefined;
  /** Curve of the codes after the steps. */
  readonly transfer: TransferCharacteristics;
}

/** Nodes along each side of the cubes; figures are in docs/decisions/0061. */
const CUBE_SIZE = 65;

/** Light to a cube's coordinate is its cube root: nearly even steps to the eye, and few where highlights are mixed. */
const ROOT = 3;

/** Entries of cubes that were made last, 1.6 MB each: planning the same colours again costs nothing. */
const cubes = boundedMemo<PreparedLut3d>(8);

/** The curves before them. */
const curves = boundedMemo<PreparedCurves>(8);

/**
 * Decides what primaries and curves need.
 *
 * @param depth - bits of a channel before the steps
 * @throws FramerailError `E_INVALID_ARGUMENT`; `E_UNSUPPORTED_COLOR` from SDR to HDR and between PQ and HLG
 */
export function colorSteps(
  source: ColorSpace,
  target: ColorSpace,
  options: ColorOptions,
  depth: WorkDepth,
): ColorSteps {
  const peaks = checkPeaks(options.toneMapping);
  const choice = expectOneOf('primaries', options.primaries ?? 'auto', ['auto', 'convert', 'keep']);
  const { transfer } = source;
  if (isHdr(transfer) && !isHdr(target.transfer)) {
    const to = choice === 'keep' ? source.primaries : target.primaries;
    const map = toneMapping(source, { primaries: to, transfer: target.transfer }, peaks);
    const name = [
      source.primaries,
      transfer,
      to,
      target.transfer,
      peaks.sourcePeakNits,
      peaks.targetPeakNits,
    ];
    const curve = curves([depth, ...name].join(), () =>
      sameCurves((code) => Math.cbrt(map.toLight(code)), depth, 16),
    );
    const cube = cubes(name.join(), () => colorCube(map, CUBE_SIZE, (coordinate) => coordinate ** ROOT));
    return { steps: [curve, cube], label: 'tone map', transfer: target.transfer };
  }
  if (isHdr(transfer) ? transfer !== target.transfer : isHdr(target.transfer))
    throw unsupported(source, target);
  const curve = lightCurve(transfer, target.transfer, depth);
  // The cube's nodes are even in codes, so it works on the side that isn't linear.
  const coded = transfer === 'linear' ? target.transfer : transfer;
  const cube = convertsPrimaries(source.primaries, target.primaries, choice)
    ? [primariesCube(source.primaries, target.primaries, coded)]
    : [];
  const label = cube.length > 0 ? 'primaries' : curve.length > 0 ? 'curve' : undefined;
  const steps = transfer === 'linear' ? [...curve, ...cube] : [...cube, ...curve];
  return { steps, label, transfer: curve.length > 0 ? target.transfer : transfer };
}

function primariesCube(
  from: ColorPrimaries,
  to: ColorPrimaries,
  transfer: TransferCharacteristics,
): PreparedOperation {
  const map: ColorMap = primariesConversion(from, to, transfer);
  return cubes([from, transfer, to].join(), () => colorCube(map, CUBE_SIZE, map.toLight));
}

/** Linear light to codes, or codes to linear light, by the curve that `linearLight` goes by. SDR's curves stay. */
function lightCurve(
  from: TransferCharacteristics,
  to: TransferCharacteristics,
  depth: WorkDepth,
): PreparedOperation[] {
  if ((from === 'linear') === (to === 'linear')) return [];
  const convert = from === 'linear' ? transferCurve(to).toCode : transferCurve(from).toLight;
  return [curves([depth, from, to].join(), () => sameCurves(convert, depth, 16))];
}

const isWide = (primaries: ColorPrimaries): boolean => primaries === 'bt2020' || primaries === 'smpte432';

function convertsPrimaries(
  from: ColorPrimaries,
  to: ColorPrimaries,
  choice: 'auto' | 'convert' | 'keep',
): boolean {
  if (from === to || choice === 'keep') return false;
  return choice === 'convert' || isWide(from) || isWide(to);
}

function checkPeaks(options: ToneMappingOptions = {}): Peaks {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('toneMapping', 'an object { sourcePeakNits, targetPeakNits }', options);
  const peak = (field: keyof ToneMappingOptions, usual: number): number =>
    expectNumber(`toneMapping.${field}`, options[field] ?? usual, { min: 1, max: 10_000 });
  return { sourcePeakNits: peak('sourcePeakNits', 1000), targetPeakNits: peak('targetPeakNits', 203) };
}

function unsupported(source: ColorSpace, target: ColorSpace): FramerailError {
  return new FramerailError({
    code: 'E_UNSUPPORTED_COLOR',
    message: `Expected curves of one kind, or HDR to SDR, but received ${source.transfer} to ${target.transfer}; SDR is not made HDR here, nor PQ HLG`,
    details: { source: source.transfer, target: target.transfer },
  });
}
