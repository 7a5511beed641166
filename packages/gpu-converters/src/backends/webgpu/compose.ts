import type { Upsampling } from '../../exact/chroma-siting.js';
import { composePixels, composeSource } from './compose-loader.js';
import { composeSteps, isWide } from './compose-operations.js';
import { composePlanes, planesNumbers } from './compose-planes.js';
import { composeComponents, composeTarget } from './compose-storer.js';
import { chromaSampling, type GpuFormat, type GpuLayout, isYcbcr } from './gpu-layout.js';
import type { ConvertPass, MovePass, PackPass, Pass, PlanesPass } from './passes.js';
import { SHADERS } from './shader-sources.js';
import { numbersOf, tablesDeclaration, tablesOf } from './step-tables.js';
import type { TableContents } from './tables.js';
import { constants, u32 } from './wgsl-text.js';

/** A shader and what it is run with. Its bindings are 0 source, 1 target and, if there are tables, 2 tables. */
export interface ComposedPass {
  /** Says what the pass does: `NV12 → scale → RGBA`. */
  readonly label: string;
  /** Its shape: passes that differ in values alone (amounts, positions, pictures, look-up tables) have the same text. */
  readonly code: string;
  /** Entry point `main`. */
  readonly workgroups: readonly [number, number];
  /** Its values, for a storage buffer of their own. */
  readonly tables: TableContents | undefined;
}

/** What {@link composePass} needs to know beside the pass. */
export interface ComposeOptions {
  /** How chroma at half size becomes chroma of every pixel. */
  readonly upsampling: Upsampling;
  /** Bytes of the buffer that the pass writes, a multiple of 16. */
  readonly targetBytes: number;
  /** The device's `maxComputeWorkgroupsPerDimension`. */
  readonly maxWorkgroups: number;
}

/** Puts loader, steps, matrix and storer together into one shader. */
export function composePass(pass: Pass, options: ComposeOptions): ComposedPass {
  return {
    label: pass.label,
    code: codeOf(pass, options),
    workgroups: workgroupsOf(pass, options.maxWorkgroups),
    tables: tablesOf(pass),
  };
}

function codeOf(pass: Pass, options: ComposeOptions): string {
  switch (pass.kind) {
    case 'convert':
      return convertCode(pass, options);
    case 'planes':
      return planesCode(pass, options);
    case 'move':
      return moveCode(pass, options);
    case 'pack':
      return packCode(pass, options);
  }
}

function convertCode(pass: ConvertPass, { upsampling, targetBytes }: ComposeOptions): string {
  const { load, input, steps, output, store } = pass;
  const source = composeSource(load);
  const target = composeTarget(store, targetBytes, output);
  return shaderOf([
    source.bindings,
    target.bindings,
    tablesDeclaration(steps.reduce((sum, step) => sum + numbersOf(step), 0)),
    constants({ WIDTH: store.width, HEIGHT: store.height }),
    ...source.code,
    ...composePixels(load, input, upsampling),
    ...composeSteps({ steps, size: load, depth: input.depth, isLoadCheap: isPlainLoad(load, input) }),
    ...(isYcbcr(store.format) ? composeComponents(store.format, output) : []),
    ...target.code,
    entryOf(pass),
  ]);
}

function entryOf({ load, store, input, steps, output }: ConvertPass): string {
  if (!isYcbcr(store.format)) return isWide(steps, output.depth) ? SHADERS.entry.toWide : SHADERS.entry.toRgb;
  if (chromaSampling(store.format) === '444') return SHADERS.entry.toYcbcrFull;
  const isDirect = isPlainLoad(load, input) && steps.every(({ type }) => type === 'colorMatrix');
  return isDirect && steps.length <= 1 ? SHADERS.entry.toYcbcrDirect : SHADERS.entry.toYcbcr;
}

/** Whether a pixel is loaded as it is. */
const isPlainLoad = ({ format }: GpuLayout, { depth }: ConvertPass['input']): boolean =>
  (format === 'RGBA' || format === 'BGRA') && depth === 8;

function planesCode(pass: PlanesPass, { targetBytes }: ComposeOptions): string {
  const { load, store, stage } = pass;
  const source = composeSource(load);
  const target = composeTarget(store, targetBytes, { depth: 8, halfs: false, dithered: false });
  const sampling = isYcbcr(store.format) ? chromaSampling(store.format) : undefined;
  const size = { WIDTH: store.width, HEIGHT: store.height };
  const entries = {
    '420': SHADERS.entry.planes,
    '422': SHADERS.entry.planes,
    '444': SHADERS.entry.planesFull,
  };
  return shaderOf([
    source.bindings,
    target.bindings,
    tablesDeclaration(planesNumbers(pass)),
    constants(stage === 'across' ? {} : { ...size, BLOCK_ROWS: sampling === '420' ? 2 : 1 }),
    ...source.code,
    ...composePlanes(pass),
    ...target.code,
    sampling === undefined ? SHADERS.entry.planesAcross : entries[sampling],
  ]);
}

function moveCode({ load, store }: MovePass, { targetBytes }: ComposeOptions): string {
  const source = composeSource(load);
  const target = composeTarget(store, targetBytes, { depth: 16, halfs: true, dithered: false });
  return shaderOf([
    source.bindings,
    target.bindings,
    constants({ WIDTH: store.width, HEIGHT: store.height }),
    ...source.code,
    SHADERS.pixel.packed,
    ...target.code,
    isYcbcr(store.format) ? SHADERS.entry.moveYcbcr : SHADERS.entry.copyPairs,
  ]);
}

const PACK_GROUP_WORDS = 128;

function packCode(
  { load, planes, byteLength }: PackPass,
  { targetBytes, maxWorkgroups }: ComposeOptions,
): string {
  const asked = load.planes.map((plane, index) => {
    const { offset = 0, stride = 0 } = planes[index] ?? {};
    const numbers = [plane.offset, plane.stride, offset, stride, plane.rowBytes, plane.rows];
    return `if (origin.left == 0u) { origin = origin_in(PackedPlane(${numbers.map(u32).join(', ')}), address); }`;
  });
  return shaderOf([
    `@group(0) @binding(0) var<storage, read> source: array<u32, ${load.byteLength / 4}>;`,
    `@group(0) @binding(1) var<storage, read_write> target_words: array<u32, ${targetBytes / 4}>;`,
    constants({
      TARGET_WORDS: Math.ceil(byteLength / 4),
      GROUPS_ACROSS: packGroups(byteLength, maxWorkgroups)[0],
    }),
    `fn origin_of(address: u32) -> Origin {\n  var origin = NOWHERE;\n  ${asked.join('\n  ')}\n  return origin;\n}`,
    SHADERS.entry.pack,
  ]);
}

/** One text of each: several parts need the same functions. */
const shaderOf = (texts: readonly string[]): string => [...new Set(texts)].join('\n');

/** How many workgroups a pass is dispatched with; see `shaders/entry` for the pixels that one makes. */
export function workgroupsOf(pass: Pass, maxWorkgroups: number): [number, number] {
  if (pass.kind === 'pack') return packGroups(pass.byteLength, maxWorkgroups);
  const { store } = pass;
  const [width, height] = reach(pass);
  const isOneAPixel =
    pass.kind === 'convert' ? isWide(pass.steps, pass.output.depth) : !isYcbcr(store.format);
  const [columns, rows] = isYcbcr(store.format)
    ? componentBlock(store.format)
    : isOneAPixel
      ? [32, 4]
      : [32 * 4, 4];
  return [Math.ceil(width / columns), Math.ceil(height / rows)];
}

/** Columns and rows of invocations' own: for sums of planes, words of the longer plane. */
function reach({ store }: { readonly store: GpuLayout }): [number, number] {
  if (store.format !== 'PLANE_SUMS') return [store.width, store.height];
  const words = store.planes.map(({ rowBytes }) => Math.ceil(rowBytes / 4));
  return [Math.max(...words), Math.max(...store.planes.map(({ rows }) => rows))];
}

function componentBlock(format: GpuFormat): [number, number] {
  if (!isYcbcr(format) || chromaSampling(format) === '444') return [32 * 4, 4];
  return [16 * 8, chromaSampling(format) === '420' ? 16 : 8];
}

function packGroups(byteLength: number, maxWorkgroups: number): [number, number] {
  const groups = Math.ceil(Math.ceil(byteLength / 4) / PACK_GROUP_WORDS);
  const across = Math.min(groups, maxWorkgroups);
  return [across, Math.ceil(groups / across)];
}
