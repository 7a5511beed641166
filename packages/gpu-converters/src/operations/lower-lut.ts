import { expectInteger, invalidArgument } from '@framerail/lifecycle';
import type { Chain } from './chain.js';
import { type CubeLut, MAX_CUBE_SIZE, MAX_CURVE_SIZE, nodeCount } from './cube-lut.js';
import { channelValue, curveTable } from './curve-tables.js';
import type { LutOperation } from './operation.js';
import type { PreparedCurves, PreparedLut3d, WorkDepth } from './prepared-operation.js';

/** Adds a look: a cube, or curves. */
export function lowerLut(name: string, { lut }: LutOperation, chain: Chain): void {
  checkLut(`${name}.lut`, lut);
  if (lut.dimensions === 1) {
    chain.push(perChannel((channel) => (share) => curveAt(lut, channel, share), chain.depth, chain.depth));
    return;
  }
  const { domainMin, domainMax } = lut;
  if (domainMin.some((min) => min !== 0) || domainMax.some((max) => max !== 1)) {
    // Sixteen bits from here on: eight would lose steps where the domain is wider than the codes.
    chain.push(perChannel((channel) => (share) => inDomain(lut, channel, share), chain.depth, 16));
  }
  chain.push(cubeOf(lut));
}

function checkLut(name: string, lut: CubeLut): void {
  if (typeof lut !== 'object' || lut === null)
    throw invalidArgument(name, 'a look-up table, as parseCube gives it,', lut);
  const { dimensions = 3, size, entries, domainMin, domainMax } = lut;
  if (dimensions !== 1 && dimensions !== 3) throw invalidArgument(`${name}.dimensions`, '1 or 3', dimensions);
  expectInteger(`${name}.size`, size, { min: 2, max: dimensions === 3 ? MAX_CUBE_SIZE : MAX_CURVE_SIZE });
  const count = 3 * nodeCount(lut);
  if (!(entries instanceof Float64Array) || entries.length !== count)
    throw invalidArgument(`${name}.entries`, `a Float64Array of ${count} numbers`, entries);
  const wrong = entries.findIndex((entry) => !Number.isFinite(entry));
  if (wrong >= 0) throw invalidArgument(`${name}.entries[${wrong}]`, 'a finite number', entries[wrong]);
  for (const channel of [0, 1, 2]) {
    const [min, max] = [domainMin?.[channel], domainMax?.[channel]];
    if (!Number.isFinite(min)) throw invalidArgument(`${name}.domainMin[${channel}]`, 'a finite number', min);
    if (!Number.isFinite(max) || (max as number) <= (min as number))
      throw invalidArgument(`${name}.domainMax[${channel}]`, `a finite number above ${min}`, max);
  }
}

/** Where a share of white lies between the ends of the domain, 0 to 1. */
function inDomain({ domainMin, domainMax }: CubeLut, channel: number, share: number): number {
  const [min, max] = [domainMin[channel] as number, domainMax[channel] as number];
  return Math.min(Math.max((share - min) / (max - min), 0), 1);
}

/** Straight lines between nodes. */
function curveAt(lut: CubeLut, channel: number, share: number): number {
  const position = inDomain(lut, channel, share) * (lut.size - 1);
  const first = Math.min(Math.floor(position), lut.size - 2);
  const at = (node: number): number => lut.entries[3 * node + channel] as number;
  return at(first) + (position - first) * (at(first + 1) - at(first));
}

function perChannel(
  curve: (channel: number) => (share: number) => number,
  from: WorkDepth,
  to: WorkDepth,
): PreparedCurves {
  const table = (channel: number): Uint16Array => curveTable(curve(channel), from, to);
  return { type: 'curves', from, to, tables: [table(0), table(1), table(2)] };
}

/** Cubes by table: an animation plans the same one for every frame. */
const cubes = new WeakMap<CubeLut, PreparedLut3d>();

function cubeOf(lut: CubeLut): PreparedLut3d {
  const known = cubes.get(lut);
  if (known !== undefined) return known;
  const entries = Uint16Array.from(lut.entries, (entry) => channelValue(entry, 16));
  const cube: PreparedLut3d = { type: 'lut3d', size: lut.size, entries };
  if (Object.isFrozen(lut)) cubes.set(lut, cube);
  return cube;
}
