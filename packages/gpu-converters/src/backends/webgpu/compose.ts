import type { Upsampling } from '../../exact/chroma-siting.js';
import { composeLoader } from './compose-loader.js';
import { composeOperations } from './compose-operations.js';
import { composeStorer } from './compose-storer.js';
import { type GpuLayout, isYcbcr } from './gpu-layout.js';
import type { ConvertPass, MovePass, PackPass, Pass } from './pass-plan.js';
import { SHADERS } from './shader-sources.js';
import { createPassTables } from './tables.js';
import { constants, u32 } from './wgsl-text.js';

/** A shader and what it is run with. Its bindings are 0 source, 1 target and, if there are tables, 2 tables. */
export interface ComposedPass {
  /** Says what the pass does: `NV12 → scale → RGBA`. */
  readonly label: string;
  readonly code: string;
  /** Entry point `main`. */
  readonly workgroups: readonly [number, number];
  readonly tables: Uint32Array<ArrayBuffer> | undefined;
}

/** What {@link composePass} needs to know beside the pass. */
export interface ComposeOptions {
  readonly upsampling: Upsampling;
  /** Bytes of the buffer that the pass writes, a multiple of 16. */
  readonly targetBytes: number;
  /** The device's `maxComputeWorkgroupsPerDimension`. */
  readonly maxWorkgroups: number;
}

/** Puts loader, operations, matrix and storer together into one shader. */
export function composePass(pass: Pass, options: ComposeOptions): ComposedPass {
  if (pass.kind === 'convert') return composeConvert(pass, options);
  return pass.kind === 'move' ? composeMove(pass, options) : composePack(pass, options);
}

function composeConvert(pass: ConvertPass, { upsampling, targetBytes }: ComposeOptions): ComposedPass {
  const { load, store, operations } = pass;
  const tables = createPassTables();
  const loader = composeLoader({ layout: load, color: pass.loadColor, upsampling });
  const body = composeOperations({
    operations,
    width: load.width,
    height: load.height,
    isLoadCheap: !isYcbcr(load.format),
    tables,
  });
  const storer = composeStorer({ layout: store, color: pass.storeColor, targetBytes });
  const words = tables.words();
  const code = [
    loader.bindings,
    storer.bindings,
    words === undefined
      ? ''
      : `@group(0) @binding(2) var<storage, read> tables: array<u32, ${words.length}>;`,
    constants({ WIDTH: store.width, HEIGHT: store.height }),
    SHADERS.exact.form,
    SHADERS.exact.wideForm,
    loader.code,
    body,
    storer.code,
    isYcbcr(store.format) ? SHADERS.entry.toYcbcr : SHADERS.entry.toRgb,
  ];
  const label = [load.format, ...operations.map(({ type }) => type), store.format].join(' → ');
  return { label, code: code.join('\n'), workgroups: workgroupsOf(store), tables: words };
}

function composeMove({ load, store }: MovePass, { upsampling, targetBytes }: ComposeOptions): ComposedPass {
  const loader = composeLoader({ layout: load, color: undefined, upsampling });
  const storer = composeStorer({ layout: store, color: undefined, targetBytes });
  const code = [
    loader.bindings,
    storer.bindings,
    constants({ WIDTH: store.width, HEIGHT: store.height }),
    loader.code,
    storer.code,
    SHADERS.entry.moveYcbcr,
  ];
  return {
    label: `${load.format} → ${store.format}`,
    code: code.join('\n'),
    workgroups: workgroupsOf(store),
    tables: undefined,
  };
}

const PACK_GROUP_WORDS = 128;

function composePack(
  { load, planes, byteLength }: PackPass,
  { targetBytes, maxWorkgroups }: ComposeOptions,
): ComposedPass {
  const words = Math.ceil(byteLength / 4);
  const groups = Math.ceil(words / PACK_GROUP_WORDS);
  const across = Math.min(groups, maxWorkgroups);
  const asked = load.planes.map((plane, index) => {
    const { offset = 0, stride = 0 } = planes[index] ?? {};
    const numbers = [plane.offset, plane.stride, offset, stride, plane.rowBytes, plane.rows];
    return `if (origin.left == 0u) { origin = origin_in(PackedPlane(${numbers.map(u32).join(', ')}), address); }`;
  });
  const code = [
    `@group(0) @binding(0) var<storage, read> source: array<u32, ${load.byteLength / 4}>;`,
    `@group(0) @binding(1) var<storage, read_write> target_words: array<u32, ${targetBytes / 4}>;`,
    constants({ TARGET_WORDS: words, GROUPS_ACROSS: across }),
    `fn origin_of(address: u32) -> Origin {\n  var origin = NOWHERE;\n  ${asked.join('\n  ')}\n  return origin;\n}`,
    SHADERS.entry.pack,
  ];
  return {
    label: `pack ${load.format}`,
    code: code.join('\n'),
    workgroups: [across, Math.ceil(groups / across)],
    tables: undefined,
  };
}

/** The pixels that a workgroup of an entry point makes; see `shaders/entry`. */
function workgroupsOf({ format, width, height }: GpuLayout): [number, number] {
  const [columns, rows] = isYcbcr(format) ? [16 * 8, 8 * 2] : [32 * 4, 4];
  return [Math.ceil(width / columns), Math.ceil(height / rows)];
}
