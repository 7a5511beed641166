import { type FrameLayout, planeRowBytes } from '@framerail/media-types';

/** Copies the one plane of a packed frame into another layout of its format and size, a row a step. */
export function* copyRows(
  source: { data: Uint8Array; layout: FrameLayout },
  target: { data: Uint8Array; layout: FrameLayout },
): Generator<undefined, void> {
  const { format, width, height } = source.layout;
  const [from, to] = [source.layout.planes[0], target.layout.planes[0]];
  if (from === undefined || to === undefined)
    throw new RangeError(`Expected layouts of ${format} with a plane`);
  const rowBytes = planeRowBytes(format, 0, width);
  for (let y = 0; y < height; y += 1) {
    const start = from.offset + y * from.stride;
    target.data.set(source.data.subarray(start, start + rowBytes), to.offset + y * to.stride);
    yield;
  }
}
