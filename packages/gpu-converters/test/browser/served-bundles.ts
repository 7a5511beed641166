import type * as GpuConverters from '@framerail/gpu-converters';
import { toVideoFrame, type VideoFrameLike } from '@framerail/gpu-converters';
import { BT709, frameLayout, SRGB } from '@framerail/media-types';
import { expectBytes, expectSame, type PageCase } from './page-case.js';
import { noise } from './video-frames.js';

/** Other bundles, served beside the page: the package as vite bundles it, and the guide's snippet. */
export function servedCases(): PageCase[] {
  return [
    {
      name: "vite's bundle of the package converts",
      async run() {
        const path: string = '/vite/entry.js';
        const { convertFrame } = (await import(path)) as typeof GpuConverters;
        const frame = {
          data: Uint8Array.of(235, 235, 235, 235, 128, 128),
          layout: frameLayout({ format: 'NV12', width: 2, height: 2 }),
          color: BT709,
          timestampUs: 0,
          durationUs: 0,
          [Symbol.dispose]: () => {},
        };
        const target = { layout: frameLayout({ format: 'RGBA', width: 2, height: 2 }), color: SRGB };
        using result = await convertFrame({ frame, target });
        expectBytes(result.data, Array<number>(16).fill(255), 'white');
      },
    },
    {
      name: "the guide's snippet scales a VideoFrame",
      async run() {
        const path: string = '/guide.js';
        const { scaleTo1080p } = (await import(path)) as {
          scaleTo1080p(video: VideoFrameLike): Promise<VideoFrameLike>;
        };
        const video = toVideoFrame(noise('NV12', 64, 36)) as VideoFrameLike;
        const scaled = await scaleTo1080p(video);
        const { format, codedWidth, codedHeight, timestamp, colorSpace } = scaled;
        expectSame(
          [format, codedWidth, codedHeight, timestamp, colorSpace.matrix, video.codedWidth],
          ['NV12', 1920, 1080, 123_456, 'bt709', 0],
          'the frame',
        );
        scaled.close();
      },
    },
  ];
}
