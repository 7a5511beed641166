import type { ColorPrimaries } from '@framerail/media-types';
import { luminanceWeights, primariesMatrix } from './primaries.js';

/** Takes linear R, G, B and writes R, G, B of other primaries into `out`; none of them is negative. */
export type GamutMapper = (r: number, g: number, b: number, out: Float64Array) => void;

/** How far colours stay as they are: a share of the way from grey to the target gamut's border. */
const PROTECTED = 0.8;

/**
 * Maps linear light of one gamut into another: luminance and hue (the line through white in the chromaticity diagram)
 * stay, saturation is compressed smoothly where it comes near the target's border. The border of the source gamut comes
 * to lie on the target's, for every hue; where the target is the larger one in a hue, nothing is compressed. There is no upper end: what
 * is brighter than white stays so.
 */
export function gamutMapper(from: ColorPrimaries, to: ColorPrimaries): GamutMapper {
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = primariesMatrix(from, to);
  const [wr, wg, wb] = luminanceWeights(to);
  return (r, g, b, out) => {
    const [x, y, z] = [rr * r + rg * g + rb * b, gr * r + gg * g + gb * b, br * r + bg * g + bb * b];
    const luminance = wr * x + wg * y + wb * z;
    // How far the colour is from grey, as a share of the way to the border of each gamut.
    const distance = luminance - Math.min(x, y, z);
    const inTarget = distance / luminance;
    let scale = 1;
    if (inTarget > PROTECTED) {
      const border = Math.max(distance / (luminance - Math.min(r, g, b)), 1);
      scale = compress(inTarget, border) / inTarget;
    }
    out[0] = Math.max(luminance + scale * (x - luminance), 0);
    out[1] = Math.max(luminance + scale * (y - luminance), 0);
    out[2] = Math.max(luminance + scale * (z - luminance), 0);
  };
}

/** `PROTECTED` to `border` onto `PROTECTED` to 1 by a hyperbola, with a slope of 1 where it begins. */
function compress(distance: number, border: number): number {
  const slope = (border - PROTECTED) / (1 - PROTECTED);
  const share = Math.min((distance - PROTECTED) / (border - PROTECTED), 1);
  return PROTECTED + ((1 - PROTECTED) * slope * share) / (1 + (slope - 1) * share);
}
