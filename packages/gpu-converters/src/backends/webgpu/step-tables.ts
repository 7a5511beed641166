import { axisTaps } from '../../operations/axis-taps.js';
import type { PreparedLut3d, WorkDepth } from '../../operations/prepared-operation.js';
import type { Size } from './pass-cost.js';
import type { Pass, PassStep, PlanesPass } from './passes.js';
import { isTaps } from './plane-axes.js';
import {
  addHalves,
  addPicture,
  addPositions,
  addTaps,
  createPassTables,
  headLength,
  type PassTables,
  type TableContents,
} from './tables.js';

/** Numbers in the head for each kind of step; where they stand is part of a pass' shape. */
export function numbersOf(step: PassStep): number {
  switch (step.type) {
    case 'scale':
      return 2;
    case 'resample':
      return (step.horizontal === undefined ? 0 : 1) + (step.vertical === undefined ? 0 : 1);
    case 'across':
    case 'down':
      return 1;
    case 'place':
      return 6;
    case 'colorMatrix':
      return 12;
    case 'curves':
      return 3;
    case 'lut3d':
      return 2;
    case 'overlay':
      return 6;
    case 'mix':
      return 2;
  }
}

/** Columns and rows of what a step gives. */
export function sizeAfter(step: PassStep, size: Size): Size {
  if (step.type === 'across') return { width: step.resample.width, height: size.height };
  if (step.type === 'down') return step.resample;
  return 'width' in step ? step : size;
}

/** The values of a pass: what differs between passes of one shape. No shader text is made. */
export function tablesOf(pass: Pass): TableContents | undefined {
  const tables = createPassTables();
  if (pass.kind === 'planes') {
    addPlanes(tables, pass);
  } else if (pass.kind === 'convert') {
    let depth = pass.input.depth;
    let size: Size = pass.load;
    for (const step of pass.steps) {
      addStep(tables, step, depth, size);
      if (step.type === 'curves') depth = step.to;
      size = sizeAfter(step, size);
    }
  }
  return tables.contents();
}

/** The declaration that shaders see, for a head of so many numbers. */
export const tablesDeclaration = (numbers: number): string =>
  numbers === 0
    ? ''
    : `struct Tables { numbers: array<i32, ${headLength(numbers)}>, words: array<u32> }
@group(0) @binding(2) var<storage, read> tables: Tables;`;

function addStep(tables: PassTables, step: PassStep, depth: WorkDepth, size: Size): void {
  const unit = depth === 8 ? 1 : 257;
  switch (step.type) {
    case 'scale':
      addScale(tables, size.width, step.width);
      addScale(tables, size.height, step.height);
      break;
    case 'resample':
      if (step.horizontal !== undefined) addTaps(tables, step.horizontal);
      if (step.vertical !== undefined) addTaps(tables, step.vertical);
      break;
    case 'across':
      if (step.resample.horizontal !== undefined) addTaps(tables, step.resample.horizontal);
      break;
    case 'down':
      if (step.resample.vertical !== undefined) addTaps(tables, step.resample.vertical);
      break;
    case 'place':
      for (const number of [step.x, step.y, ...step.fill]) tables.number(number);
      break;
    case 'colorMatrix':
      // 2048 is half of a unit in twelve fraction bits.
      for (const [index, number] of step.coefficients.entries())
        tables.number(index % 4 === 3 ? number * unit + 2048 : number);
      break;
    case 'curves':
      for (const table of step.tables) addHalves(tables, table);
      break;
    case 'lut3d':
      addLut(tables, step);
      tables.number(step.size);
      break;
    case 'overlay':
      addPicture(tables, step.image);
      for (const number of [step.image.width, step.image.height, step.x, step.y, step.opacity * unit])
        tables.number(number);
      break;
    case 'mix':
      addPicture(tables, step.image);
      addPositions(tables, step.weights, step.weights.length, (position) => step.weights[position] as number);
      break;
  }
}

/** One word a position, `first << 8 | weight`. */
function addScale(tables: PassTables, source: number, target: number): void {
  tables.words(`${source} to ${target}`, Math.ceil(target / 4) * 4, (words) => {
    const { first, weight } = axisTaps(source, target);
    for (let index = 0; index < words.length; index += 1) {
      const position = Math.min(index, target - 1);
      words[index] = ((first[position] as number) << 8) | (weight[position] as number);
    }
  });
}

/** Two words a node: R | G << 16, B. */
function addLut(tables: PassTables, { size, entries }: PreparedLut3d): void {
  tables.words(entries, 2 * size ** 3, (words) => {
    for (let node = 0, at = 0; node < words.length; node += 2, at += 3) {
      words[node] = (entries[at] as number) | ((entries[at + 1] as number) << 16);
      words[node + 1] = entries[at + 2] as number;
    }
  });
}

/** For luma, then for chroma (whose components have one map): what each axis takes, then the codes. */
function addPlanes(tables: PassTables, { work, stage }: PlanesPass): void {
  const [luma, chroma] = work.components;
  for (const map of [luma, chroma]) {
    if (stage !== 'down') addAxis(tables, map.horizontal);
    if (stage === 'across') continue;
    addAxis(tables, map.vertical);
    if (map.codes !== undefined) addHalves(tables, map.codes);
  }
}

function addAxis(tables: PassTables, axis: PlanesPass['work']['components'][0]['horizontal']): void {
  if (isTaps(axis)) addTaps(tables, axis);
  else tables.number(axis.start);
}
