import { createBufferPool } from '@framerail/buffer-pool';
import {
  convertFrame,
  createFrameProcessor,
  importedFormat,
  importFrame,
  toVideoFrame,
  type VideoFrameLike,
} from '@framerail/gpu-converters';
import {
  BT601,
  BT709,
  frameLayout,
  type PixelFormat,
  planeRowBytes,
  planeRows,
  type RawFrame,
  SRGB,
} from '@framerail/media-types';
import { expectBytes, expectSame, type PageCase } from './page-case.js';

const FORMATS = ['NV12', 'I420', 'I422', 'I444', 'RGBA', 'BGRA', 'I420P10'] as const;
const SIZES = [
  [64, 36],
  [63, 35],
  [1, 1],
] as const;

/** A frame of noise; RGB is opaque, 10-bit words keep to their bits. */
export function noise(format: PixelFormat, width: number, height: number, alignment = 1): RawFrame {
  const isRgb = format === 'RGBA' || format === 'BGRA';
  const layout = frameLayout({ format, width, height, alignment });
  const data = new Uint8Array(layout.byteLength);
  // By row and column, so that padding changes nothing.
  for (const [plane, { offset, stride }] of layout.planes.entries()) {
    const rowBytes = planeRowBytes(format, plane, width);
    for (let y = 0; y < planeRows(format, plane, height); y += 1) {
      for (let x = 0; x < rowBytes; x += 1)
        data[offset + y * stride + x] = Math.imul((plane * 4099 + y) * 8191 + x + 1, 0x9e37_79b1) >>> 24;
    }
  }
  for (let index = 3; isRgb && index < data.length; index += 4) data[index] = 255;
  for (let index = 1; format === 'I420P10' && index < data.length; index += 2)
    data[index] = (data[index] as number) & 3;
  const color = isRgb ? SRGB : { ...(height > 30 ? BT709 : BT601), fullRange: width === 63 };
  return { data, layout, color, timestampUs: 123_456, durationUs: 40_000, [Symbol.dispose]: () => {} };
}

/** VideoFrames in and out, and through the GPU. */
export function videoFrameCases(device: GPUDevice, note: (text: string) => void): PageCase[] {
  const pool = createBufferPool({ maxBytes: 1 << 26, name: 'page' });
  const roundTrips = FORMATS.flatMap((format) =>
    SIZES.flatMap(([width, height]) =>
      [1, 256].map((alignment) => ({
        name: `a VideoFrame of ${format} ${width}×${height}, alignment ${alignment}, there and back`,
        async run() {
          const frame = noise(format, width, height, alignment);
          let video: VideoFrameLike;
          try {
            video = toVideoFrame(frame);
          } catch (error) {
            // A browser may lack 10 bits; whatever else it refuses is our failure.
            if (format !== 'I420P10') throw error;
            note(String(error));
            return;
          }
          await expectImported(video, noise(format, width, height), pool, note);
        },
      })),
    ),
  );
  return [
    ...roundTrips,
    {
      name: 'a VideoFrame is converted to the bytes that its samples give in Node',
      async run() {
        for (const format of ['NV12', 'I420', 'RGBA'] as const) {
          const target = { layout: frameLayout({ format: 'BGRA', width: 64, height: 36 }), color: SRGB };
          const frame = noise(format, 64, 36);
          using expected = await convertFrame({ frame, target, backend: 'reference' });
          const video = toVideoFrame(frame) as VideoFrameLike;
          const imported = await importFrame(video, { leases: pool });
          video.close();
          using result = await convertFrame({ frame: imported, target, backend: 'webgpu', device });
          expectBytes(result.data, expected.data, `${format} to BGRA`);
        }
      },
    },
    {
      name: 'a frame processor on the GPU takes VideoFrames, in order',
      async run() {
        const target = { layout: frameLayout({ format: 'I420', width: 64, height: 36 }), color: BT601 };
        using expected = await convertFrame({ frame: noise('NV12', 64, 36), target, backend: 'reference' });
        const first = toVideoFrame(noise('NV12', 64, 36)) as VideoFrameLike;
        const source = importedFormat(first);
        await using processor = await createFrameProcessor({
          source,
          target,
          leases: pool,
          backend: 'webgpu',
          device,
        });
        const videos = [first, ...[1, 2, 3].map(() => toVideoFrame(noise('NV12', 64, 36)) as VideoFrameLike)];
        for (const pending of videos.map((video) => processor.process(video))) {
          using result = await pending;
          expectBytes(result.data, expected.data, 'NV12 to I420');
        }
        expectSame(
          videos.map(({ codedWidth }) => codedWidth),
          [0, 0, 0, 0],
          'widths of closed frames',
        );
      },
    },
    {
      name: 'a VideoFrame that was closed is refused',
      async run() {
        const video = toVideoFrame(noise('NV12', 64, 36)) as VideoFrameLike;
        video.close();
        const failure = await importFrame(video, { leases: pool }).catch((error) => error.code);
        expectSame(failure, 'E_INVALID_ARGUMENT', 'the error');
      },
    },
    {
      name: 'nothing of it is left in the pool',
      run: async () => expectSame(pool.stats().bytesInUse, 0, 'bytes in use'),
    },
  ];
}

async function expectImported(
  video: VideoFrameLike,
  frame: RawFrame,
  pool: ReturnType<typeof createBufferPool>,
  note: (text: string) => void,
): Promise<void> {
  const { layout, color, timestampUs, durationUs } = frame;
  const announced = importedFormat(video);
  using imported = await importFrame(video, { leases: pool });
  const { format } = video;
  video.close();
  if (format !== layout.format) note(`a VideoFrame of ${layout.format} says that it is ${format}`);
  expectSame(imported.path, 'planes', 'the path');
  expectSame(imported.layout, layout, 'the layout');
  expectSame(announced.layout, layout, 'the layout that was announced');
  const tags = ({ primaries, transfer, matrix, fullRange }: typeof color) => [
    primaries,
    transfer,
    matrix,
    fullRange,
  ];
  expectSame(tags(imported.color), tags(color), 'the colour');
  expectSame([imported.timestampUs, imported.durationUs], [timestampUs, durationUs], 'the time');
  expectBytes(imported.data, frame.data, 'the samples');
}
