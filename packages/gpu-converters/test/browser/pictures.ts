import { createBufferPool } from '@framerail/buffer-pool';
import {
  convertFrame,
  type FrameSource,
  importFrame,
  type PictureLike,
  type VideoFrameLike,
} from '@framerail/gpu-converters';
import { frameLayout, SRGB } from '@framerail/media-types';
import { expectBytes, expectSame, type PageCase } from './page-case.js';
import { noise } from './video-frames.js';

/** What the page uses of the DOM, without whose types this project is compiled. */
interface Dom {
  createImageBitmap(source: unknown, options?: { premultiplyAlpha: 'none' }): Promise<PictureLike>;
  readonly ImageData: new (data: Uint8ClampedArray, width: number, height: number) => unknown;
  readonly OffscreenCanvas: new (width: number, height: number) => OffscreenCanvasLike;
  readonly VideoFrame: new (source: unknown, init: { timestamp: number }) => VideoFrameLike;
}

interface OffscreenCanvasLike extends PictureLike {
  getContext(kind: '2d'): { putImageData(data: unknown, x: number, y: number): void };
}

const dom = globalThis as unknown as Dom;

/** Pictures with known pixels, by a texture and by a canvas. */
export function pictureCases(device: GPUDevice, note: (text: string) => void): PageCase[] {
  const pool = createBufferPool({ maxBytes: 1 << 26, name: 'pictures' });
  const read = async (source: FrameSource, device: GPUDevice | undefined): Promise<Uint8Array> => {
    using frame = await importFrame(source, { leases: pool, device, timestampUs: 7 });
    expectSame(
      [frame.layout.format, frame.color.matrix, frame.path],
      ['RGBA', 'rgb', 'pixels'],
      'the format',
    );
    expectSame(frame.timestampUs, 7, 'the time');
    return frame.data.slice();
  };
  const imageData = (pixels: Uint8Array, width: number, height: number) =>
    new dom.ImageData(new Uint8ClampedArray(pixels), width, height);
  return [
    ...[device, undefined].flatMap((one) =>
      [
        [64, 36],
        [63, 35],
        [1, 1],
      ].map(([width = 0, height = 0]) => ({
        name: `an opaque picture of ${width}×${height} by ${one === undefined ? 'a canvas' : 'a texture'}`,
        async run() {
          const { data } = noise('RGBA', width, height);
          const bitmap = await dom.createImageBitmap(imageData(data, width, height));
          expectBytes(await read(bitmap, one), data, 'an ImageBitmap');
          bitmap.close?.();
          const canvas = new dom.OffscreenCanvas(width, height);
          canvas.getContext('2d').putImageData(imageData(data, width, height), 0, 0);
          expectBytes(await read(canvas, one), data, 'a canvas');
        },
      })),
    ),
    {
      name: 'a translucent picture that is not multiplied by its alpha, by a texture',
      async run() {
        const pixels = Uint8Array.from({ length: 16 * 16 * 4 }, (_, index) => (index * 37) & 255);
        const source = imageData(pixels, 16, 16);
        const bitmap = await dom.createImageBitmap(source, { premultiplyAlpha: 'none' });
        expectBytes(await read(bitmap, device), pixels, 'an ImageBitmap');
      },
    },
    {
      name: 'a VideoFrame of a canvas',
      async run() {
        const { data } = noise('RGBA', 64, 36);
        const canvas = new dom.OffscreenCanvas(64, 36);
        canvas.getContext('2d').putImageData(imageData(data, 64, 36), 0, 0);
        const video = new dom.VideoFrame(canvas, { timestamp: 5 });
        using frame = await importFrame(video, { leases: pool });
        note(`a VideoFrame of a canvas is ${video.format}: ${frame.path}`);
        video.close();
        expectSame(frame.timestampUs, 5, 'the time');
        const isBgra = frame.layout.format === 'BGRA';
        const inOrder = data.map(
          (_, at) => data[isBgra && at % 4 !== 3 ? at - (at % 4) + 2 - (at % 4) : at] as number,
        );
        expectBytes(frame.data, inOrder, 'its pixels');
      },
    },
    {
      name: 'a translucent bitmap is converted as it is, with the device that was given',
      async run() {
        const pixels = Uint8Array.from({ length: 16 * 16 * 4 }, (_, index) => (index * 37) & 255);
        const frame = await dom.createImageBitmap(imageData(pixels, 16, 16), { premultiplyAlpha: 'none' });
        const target = { layout: frameLayout({ format: 'BGRA', width: 16, height: 16 }), color: SRGB };
        using result = await convertFrame({ frame, target, device });
        const swapped = pixels.map(
          (byte, at) => [pixels[at + 2], byte, pixels[at - 2], byte][at % 4] as number,
        );
        expectBytes(result.data, swapped, 'BGRA');
        expectSame(frame.width, 0, 'the width of a bitmap that was taken over');
      },
    },
    {
      name: 'a bitmap that was closed is refused',
      async run() {
        const bitmap = await dom.createImageBitmap(imageData(new Uint8Array(16), 2, 2));
        bitmap.close?.();
        const failure = await importFrame(bitmap, { leases: pool }).catch((error) => error.code);
        expectSame(failure, 'E_INVALID_ARGUMENT', 'the error');
      },
    },
  ];
}
