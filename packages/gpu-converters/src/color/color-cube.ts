import { channelValue } from '../operations/curve-tables.js';
import type { PreparedLut3d } from '../operations/prepared-operation.js';
import { type ColorMap, LARGEST_LIGHT, mixingPart } from './color-map.js';
import { sampledCurve } from './sampled-curve.js';

/**
 * Makes a cube of what a map does to light.
 *
 * @param size - nodes along each side
 * @param lightOf - the light that a node's coordinate (0 to 1) stands for
 */
export function colorCube(
  map: ColorMap,
  size: number,
  lightOf: (coordinate: number) => number,
): PreparedLut3d {
  const mix = mixingPart({
    ...map,
    ootfGain: map.ootfGain && sampledCurve(map.ootfGain, 1),
    gain: sampledCurve(map.gain, LARGEST_LIGHT),
    toCode: map.isSteep ? map.toCode : sampledCurve(map.toCode, 1),
  });
  const light = Float64Array.from({ length: size }, (_, node) => lightOf(node / (size - 1)));
  const entries = new Uint16Array(3 * size ** 3);
  const out = new Float64Array(3);
  let at = 0;
  for (const blue of light) {
    for (const green of light) {
      for (const red of light) {
        mix(red, green, blue, out);
        entries[at] = channelValue(out[0] as number, 16);
        entries[at + 1] = channelValue(out[1] as number, 16);
        entries[at + 2] = channelValue(out[2] as number, 16);
        at += 3;
      }
    }
  }
  return { type: 'lut3d', size, entries };
}
