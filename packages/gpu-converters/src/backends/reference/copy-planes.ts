import { type FrameLayout, PIXEL_FORMATS } from '@framerail/media-types';
import { chromaPlanes } from './chroma-planes.js';

/** Moves a 4:2:0 frame's codes into another 4:2:0 layout of the same size, a row a step. */
export function* copyYcbcr420(
  source: { data: Uint8Array; layout: FrameLayout },
  target: { data: Uint8Array; layout: FrameLayout },
): Generator<undefined, void> {
  const { width, height } = source.layout;
  const [from, to] = [source.layout.planes[0], target.layout.planes[0]];
  if (from === undefined || to === undefined) throw new RangeError('Expected layouts with a luma plane');
  for (let y = 0; y < height; y += 1) {
    const start = from.offset + y * from.stride;
    target.data.set(source.data.subarray(start, start + width), to.offset + y * to.stride);
    yield;
  }
  const [input, output] = [chromaPlanes(source.layout), chromaPlanes(target.layout)];
  for (let y = 0; y < input.height; y += 1) {
    for (const component of ['cb', 'cr'] as const) {
      const [a, b] = [input[component], output[component]];
      for (let x = 0; x < input.width; x += 1) {
        target.data[b.offset + y * b.stride + x * b.step] = source.data[
          a.offset + y * a.stride + x * a.step
        ] as number;
      }
    }
    yield;
  }
}

/** Whether a format is one of 4:2:0 at 8 bits, whose codes can be moved to another of them. */
export function isYcbcr420(format: FrameLayout['format']): boolean {
  return PIXEL_FORMATS[format].model === 'ycbcr';
}
