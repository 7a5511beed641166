import { PIXEL_FORMATS, type PixelFormat } from '@framerail/media-types';
import type { Taps } from '../../operations/prepared-operation.js';
import type { CopiedAxis, PlaneMap } from '../../plan/work.js';
import { chromaSize, type GpuLayout } from './gpu-layout.js';
import type { PlanesPass } from './passes.js';
import { isCopied, isTaps } from './plane-axes.js';
import { SHADERS } from './shader-sources.js';
import { constants, i32, u32 } from './wgsl-text.js';

/** Numbers in the head of a pass' tables: an axis each, and codes. */
export function planesNumbers({ work, stage }: PlanesPass): number {
  const [luma, chroma] = work.components;
  const own = ({ codes }: PlaneMap): number =>
    (stage === 'across' ? 1 : stage === 'down' ? 1 : 2) + (stage === 'across' || codes === undefined ? 0 : 1);
  return own(luma) + own(chroma);
}

/** The functions `luma_samples` and `chroma_samples`, or `luma_across` and `chroma_across` for the rows alone. */
export function composePlanes(pass: PlanesPass): readonly string[] {
  const { work, stage, load, store } = pass;
  const [luma, cb, cr] = work.components;
  expectAlike(cb, cr);
  let taken = 0;
  const number = (): string => `tables.numbers[${taken++}]`;
  const code: string[] = [SHADERS.pixel.packed];
  for (const [plane, map] of [
    ['luma', luma],
    ['chroma', cb],
  ] as const) {
    const type = plane === 'luma' ? LUMA : CHROMA;
    if (stage !== 'down' && !(stage === 'whole' && isCopied(map)))
      code.push(acrossText(type, map.horizontal, pass.bits, number));
    if (stage === 'across') continue;
    code.push(
      stage === 'whole' && isCopied(map)
        ? copiedText(type, map, load, number)
        : downText(type, map, pass, number),
    );
    code.push(codesText(type, map, work.dithered, store.format as PixelFormat, number));
  }
  if (stage === 'across') {
    const chroma = store.planes[1] as GpuLayout['planes'][0];
    const sizes = { LUMA_WIDTH: store.width, LUMA_HEIGHT: store.height };
    code.push(constants({ ...sizes, CHROMA_WIDTH: chroma.rowBytes / 4, CHROMA_HEIGHT: chroma.rows }));
  } else {
    const { width } = chromaSize(store);
    code.push(constants({ CHROMA_WIDTH: width }), SHADERS.pixel.bayer, SHADERS.operations.table, samplesText);
  }
  return code;
}

/** How the text of a plane's functions differs. */
interface PlaneText {
  readonly name: 'luma' | 'chroma';
  /** Of a sample, or a pair, signed and not. */
  readonly signed: string;
  readonly unsigned: string;
  /** A sample of the source. */
  readonly load: (x: string, y: string) => string;
  /** Shift amounts of a sample's type. */
  readonly bits: (count: number) => string;
}

const LUMA: PlaneText = {
  name: 'luma',
  signed: 'i32',
  unsigned: 'u32',
  load: (x, y) => `load_luma_one(${x}, ${y})`,
  bits: u32,
};

const CHROMA: PlaneText = {
  name: 'chroma',
  signed: 'vec2<i32>',
  unsigned: 'vec2<u32>',
  load: (x, y) => `((vec2<u32>(load_chroma(${x}, ${y})) >> vec2<u32>(0u, 16u)) & vec2<u32>(0xffffu))`,
  bits: (count) => `vec2<u32>(${u32(count)})`,
};

/** Bits below the point of a row's sums. */
const fractionOf = (bits: 8 | 10): number => 14 - bits;

function acrossText(
  { name, signed, load, bits }: PlaneText,
  axis: CopiedAxis | Taps,
  codeBits: 8 | 10,
  number: () => string,
): string {
  const fraction = fractionOf(codeBits);
  const own = number();
  if (!isTaps(axis))
    return `fn ${name}_across(x: u32, y: u32) -> ${signed} {
  return ${signed}(${load(`u32(${own}) + x`, 'y')} << ${bits(fraction)});
}`;
  return `fn ${name}_across(x: u32, y: u32) -> ${signed} {
  let taps = u32(${own}) + x * ${u32(axis.count + 1)};
  let first = tables.words[taps];
  var sum = ${signed}(${i32(2 ** (codeBits - 1))});
  for (var tap = 0u; tap < ${u32(axis.count)}; tap++) {
    sum += i32(tables.words[taps + 1u + tap]) * ${signed}(${load('first + tap', 'y')});
  }
  return sum >> ${bits(codeBits)};
}`;
}

function downText(
  { name, signed, unsigned, bits }: PlaneText,
  map: PlaneMap,
  { bits: codeBits }: PlanesPass,
  number: () => string,
): string {
  // What is looked up afterwards keeps more bits than its codes have.
  const resultBits = map.codes === undefined || isCopied(map) ? codeBits : 12;
  const clamped = (sum: string): string =>
    `${unsigned}(clamp(${sum}, ${signed}(0i), ${signed}(${i32(2 ** resultBits - 1)})))`;
  const own = number();
  const axis = map.vertical;
  if (!isTaps(axis)) {
    const half = 2 ** (13 - resultBits);
    return `fn ${name}_at(x: u32, y: u32) -> ${unsigned} {
  let sum = ${name}_across(x, u32(${own}) + y);
  return ${clamped(`(sum + ${signed}(${i32(half)})) >> ${bits(14 - resultBits)}`)};
}
${quadText(name, unsigned)}`;
  }
  return `fn ${name}_at(x: u32, y: u32) -> ${unsigned} {
  let taps = u32(${own}) + y * ${u32(axis.count + 1)};
  let first = tables.words[taps];
  var sum = ${signed}(${i32(2 ** (27 - resultBits))});
  for (var tap = 0u; tap < ${u32(axis.count)}; tap++) {
    sum += i32(tables.words[taps + 1u + tap]) * ${name}_across(x, first + tap);
  }
  return ${clamped(`sum >> ${bits(28 - resultBits)}`)};
}
${quadText(name, unsigned)}`;
}

/** Four samples, one after the other; those outside the plane repeat its last. */
const quadText = (name: 'luma' | 'chroma', unsigned: string): string =>
  name === 'luma'
    ? `fn luma_quad(x: u32, y: u32) -> vec4<u32> {
  var quad = vec4<u32>(0u);
  for (var lane = 0u; lane < 4u; lane++) {
    quad = with_lane(quad, lane, luma_at(min(x + lane, WIDTH - 1u), y));
  }
  return quad;
}`
    : `fn chroma_quad(x: u32, y: u32) -> Chroma {
  var chroma = Chroma();
  for (var lane = 0u; lane < 4u; lane++) {
    let pair: ${unsigned} = chroma_at(min(x + lane, CHROMA_WIDTH - 1u), y);
    chroma.cb = with_lane(chroma.cb, lane, pair.x);
    chroma.cr = with_lane(chroma.cr, lane, pair.y);
  }
  return chroma;
}`;

/** Samples that stay where they are are loaded by fours. */
function copiedText(
  { name, unsigned, load }: PlaneText,
  map: PlaneMap,
  source: GpuLayout,
  number: () => string,
): string {
  const [across, down] = [number(), number()];
  const { start } = map.horizontal as CopiedAxis;
  const [column, row] = [`u32(${across}) + x`, `u32(${down}) + y`];
  // By fours where quads of the target are quads of the source; both conditions are part of the shape.
  if (name === 'luma' && start % 4 === 0)
    return `fn luma_quad(x: u32, y: u32) -> vec4<u32> {
  return load_luma(${column}, ${row});
}`;
  if (name === 'chroma' && start % 2 === 0)
    return `fn chroma_quad(x: u32, y: u32) -> Chroma {
  let column = ${column};
  let first = load_chroma_pair(column, ${row});
  let second = load_chroma_pair(min(column + 2u, ${u32((chromaSize(source).width - 1) & ~1)}), ${row});
  let pairs = vec4<u32>(first, second);
  return Chroma(pairs & vec4<u32>(0xffffu), pairs >> vec4<u32>(16u));
}`;
  return `fn ${name}_at(x: u32, y: u32) -> ${unsigned} {
  return ${load(column, row)};
}
${quadText(name, unsigned)}`;
}

/** What codes become: `{name}_coded` of four of them, from a column of a row of their plane. */
function codesText(
  { name }: PlaneText,
  { codes }: PlaneMap,
  dithered: boolean,
  target: PixelFormat,
  number: () => string,
): string {
  const head = `fn ${name}_coded(codes: vec4<u32>, x: u32, y: u32) -> vec4<u32> {`;
  if (codes === undefined) return `${head}\n  return codes;\n}`;
  const first = `u32(${number()})`;
  const at = (lane: string): string => `table_at(${first}, codes.${lane})`;
  const found = `vec4<u32>(${['x', 'y', 'z', 'w'].map(at).join(', ')})`;
  if (!dithered) return `${head}\n  return ${found};\n}`;
  const largest = 2 ** PIXEL_FORMATS[target].bitDepth - 1;
  return `${head}
  let ranks = bayer(vec4<u32>(x) + vec4<u32>(0u, 1u, 2u, 3u), y);
  return min((${found} + ranks) >> vec4<u32>(6u), vec4<u32>(${u32(largest)}));
}`;
}

const samplesText = `struct Chroma { cb: vec4<u32>, cr: vec4<u32> }
fn luma_samples(x: u32, y: u32) -> vec4<u32> {
  return luma_coded(luma_quad(x, y), x, y);
}
fn chroma_samples(column: u32, row: u32) -> Chroma {
  let chroma = chroma_quad(column, row);
  return Chroma(chroma_coded(chroma.cb, column, row), chroma_coded(chroma.cr, column, row));
}`;

/** Cb and Cr lie alike, so their maps are alike: shaders make them together. */
function expectAlike(cb: PlaneMap, cr: PlaneMap): void {
  const shape = ({ horizontal, vertical, codes }: PlaneMap): string =>
    JSON.stringify(
      [horizontal, vertical].map((axis) => (isTaps(axis) ? axis.count : axis)).concat(codes?.length ?? 0),
    );
  if (shape(cb) !== shape(cr)) throw new RangeError('Expected Cb and Cr with one map but received two');
}
