import { expectInteger, expectNumber, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import type { Chain } from './chain.js';
import type { OverlayOperation } from './operation.js';
import { checkPicture, unpremultiplied } from './pictures.js';
import { BLEND_MODES } from './prepared-operation.js';

/** Adds a picture, if any of it is seen. */
export function lowerOverlay(name: string, operation: OverlayOperation, chain: Chain): void {
  const { opacity = 1, premultiplied = false, blend = 'normal' } = operation;
  const image = checkPicture(`${name}.image`, operation.image);
  const x = expectInteger(`${name}.x`, operation.x);
  const y = expectInteger(`${name}.y`, operation.y);
  const opacity255 = Math.floor(expectNumber(`${name}.opacity`, opacity, { min: 0, max: 1 }) * 255 + 0.5);
  const mode = expectOneOf(`${name}.blend`, blend, BLEND_MODES);
  if (typeof premultiplied !== 'boolean')
    throw invalidArgument(`${name}.premultiplied`, 'a boolean', premultiplied);
  const isSeen = x < chain.width && y < chain.height && x + image.width > 0 && y + image.height > 0;
  if (!isSeen || opacity255 === 0) return;
  const step = { type: 'overlay', x, y, opacity: opacity255 } as const;
  if (mode !== 'normal') chain.push({ ...step, image: premultiplied ? unpremultiplied(image) : image, mode });
  else chain.push({ ...step, image, ...(premultiplied ? { premultiplied } : {}) });
}
