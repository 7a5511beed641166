import type { ColorPrimaries } from '@framerail/media-types';
import { luminanceWeights, primariesMatrix } from './primaries.js';

/** Takes linear R, G, B and writes R, G, B of other primaries into `out`; none of them is negative. */
export type GamutMapper = (r: number, g: number, b: number, out: Float64Array) => void;

/**
 * Maps linear light of one gamut into another: luminance and hue (the line through white in the chromaticity diagram)
 * stay, saturation is compressed smoothly where it comes near the target's border. The border of the source gamut comes
 * to lie on the target's, for every hue; where the target is the larger one in a hue, nothing is compressed. There is no upper end: what
 * is brighter than white stays so.
 *
 * @param untouched - how far colours stay as they are, a share of the way from grey to the target's border, 0 to 1; with 1
 *   all colours of the target stay, and those outside come to lie on its border
 */
export function gamutMapper(from: ColorPrimaries, to: ColorPrimaries, untouched: number): GamutMapper {
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = primariesMatrix(from, to);
  const [wr, wg, wb] = luminanceWeights(to);
  return (r, g, b, out) => {
    const [x, y, z] = [rr * r + rg * g + rb * b, gr * r + gg * g + gb * b, br * r + bg * g + bb * b];
    const luminance = wr * x + wg * y + wb * z;
    // How far the colour is from grey, as a share of the way to the border of each gamut.
    const distance = luminance - Math.min(x, y, z);
    const inTarget = distance / luminance;
    let scale = 1;
    if (inTarget > untouched) {
      const border = Math.max(distance / (luminance - Math.min(r, g, b)), 1);
      scale = (untouched < 1 ? compress(inTarget, border, untouched) : 1) / inTarget;
    }
    out[0] = Math.max(luminance + scale * (x - luminance), 0);
    out[1] = Math.max(luminance + scale * (y - luminance), 0);
    out[2] = Math.max(luminance + scale * (z - luminance), 0);
  };
}

/** `start` to `border` onto `start` to 1 by a hyperbola, with a slope of 1 where it begins. */
function compress(distance: number, border: number, start: number): number {
  const slope = (border - start) / (1 - start);
  const share = Math.min((distance - start) / (border - start), 1);
  return start + ((1 - start) * slope * share) / (1 + (slope - 1) * share);
}
