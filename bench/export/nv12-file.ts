import { type FileHandle, open } from 'node:fs/promises';
import { createBufferPool } from '@framerail/buffer-pool';
import { createFrameProcessor } from '@framerail/gpu-converters';
import { BT709, frameLayout, SRGB } from '@framerail/media-types';

/** Writes RGBA frames as NV12 into one file, which the system then holds in its page cache. */
export async function writeNv12(options: {
  frames: readonly Uint8Array[];
  path: string;
  width: number;
  height: number;
}): Promise<void> {
  const { frames, path, width, height } = options;
  const [source, target] = [
    { layout: frameLayout({ format: 'RGBA', width, height }), color: SRGB },
    { layout: frameLayout({ format: 'NV12', width, height }), color: BT709 },
  ];
  using leases = createBufferPool({ maxBytes: 8 * target.layout.byteLength });
  await using processor = await createFrameProcessor({
    source,
    target,
    operations: [],
    gpuFormatConversion: 'off',
    leases,
  });
  const file: FileHandle = await open(path, 'w');
  try {
    for (const data of frames) {
      const frame = { ...source, data, timestampUs: 0, durationUs: 0, [Symbol.dispose]() {} };
      using converted = await processor.process(frame);
      await file.write(converted.data);
    }
  } finally {
    await file.close();
  }
}
