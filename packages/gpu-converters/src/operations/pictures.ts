import { expectInteger, expectNumber, invalidArgument } from '@framerail/lifecycle';
import { MAX_FRAME_SIDE } from '@framerail/media-types';
import type { FillColor, Picture } from './operation.js';
import type { PreparedPicture } from './prepared-operation.js';

/**
 * Takes an RGBA picture. Its memory isn't copied.
 *
 * @param name - the option's name, for messages
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkPicture(name: string, picture: Picture): PreparedPicture {
  if (typeof picture !== 'object' || picture === null)
    throw invalidArgument(name, 'a picture { data, width, height }', picture);
  if ('layout' in picture) {
    const expected = 'a picture { data, width, height } of RGBA (createVideoProcessor also takes frames)';
    throw invalidArgument(name, expected, picture);
  }
  const { data } = picture;
  const width = expectInteger(`${name}.width`, picture.width, { min: 1, max: MAX_FRAME_SIDE });
  const height = expectInteger(`${name}.height`, picture.height, { min: 1, max: MAX_FRAME_SIDE });
  if (!(data instanceof Uint8Array)) throw invalidArgument(`${name}.data`, 'a Uint8Array of RGBA', data);
  if (data.byteLength !== width * height * 4) {
    const expected = `the ${width * height * 4} bytes of ${width}×${height} RGBA`;
    // A detached buffer has no bytes either; that it once had them is what its owner has to know.
    const isDetached = (data.buffer as { readonly detached?: boolean }).detached === true;
    throw invalidArgument(`${name}.data`, expected, isDetached ? 'a detached buffer' : data.byteLength);
  }
  const { version } = picture;
  if (version !== undefined) expectNumber(`${name}.version`, version);
  return { data, width, height, version };
}

/**
 * Takes a colour as shares of white.
 *
 * @param name - the option's name, for messages
 * @returns four shares, 0 to 1
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkFill(name: string, fill: FillColor): readonly [number, number, number, number] {
  if (!Array.isArray(fill) || (fill.length !== 3 && fill.length !== 4))
    throw invalidArgument(name, 'three or four shares of white [r, g, b, a]', fill);
  const [r, g, b, a = 1] = (fill as readonly number[]).map((share, index) =>
    expectNumber(`${name}[${index}]`, share, { min: 0, max: 1 }),
  );
  return [r as number, g as number, b as number, a];
}

/** Straight pictures by the arrays of the others, where these have versions: an animated overlay keeps its picture. */
const straightened = new WeakMap<Uint8Array, PreparedPicture>();

/**
 * The picture with straight alpha, of one whose colours are multiplied by their alpha already: `c · 255 / a`,
 * rounded half up; black where alpha is 0.
 */
export function unpremultiplied({ data, width, height, version }: PreparedPicture): PreparedPicture {
  const known = straightened.get(data);
  if (version !== undefined && known?.version === version) return { ...known, width, height };
  const straight = Uint8Array.from(data);
  for (let at = 0; at < straight.length; at += 4) {
    const alpha = straight[at + 3] as number;
    for (let channel = at; channel < at + 3; channel += 1) {
      const value = straight[channel] as number;
      straight[channel] =
        alpha === 0 ? 0 : Math.min(Math.floor((2 * value * 255 + alpha) / (2 * alpha)), 255);
    }
  }
  const picture = { data: straight, width, height, version };
  straightened.set(data, picture);
  return picture;
}
