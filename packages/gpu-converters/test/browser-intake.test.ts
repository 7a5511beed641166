import { BT601, BT709, type FrameFormat, frameLayout, SRGB } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import {
  convertFrame,
  createFrameProcessor,
  createVideoProcessor,
  importedFormat,
  importFrame,
} from '../src/index.js';
import { fakeVideoFrame } from './fake-video-frame.js';
import { coded, watchedPool } from './frames.js';

const target: FrameFormat = {
  layout: frameLayout({ format: 'RGBA', width: 6, height: 4 }),
  color: SRGB,
};

/** The bytes that the samples of a fake give. */
async function expected(): Promise<number[]> {
  const pool = watchedPool();
  const frame = await importFrame(fakeVideoFrame(), { leases: pool });
  using result = await convertFrame({ frame, target, backend: 'reference' });
  pool.expectAllBack();
  return [...result.data];
}

describe('processors take what a browser has', () => {
  test('a frame processor imports VideoFrames in order, and closes each once it is copied', async () => {
    const pool = watchedPool();
    const source = importedFormat(fakeVideoFrame());
    const processor = await createFrameProcessor({ source, target, leases: pool, backend: 'reference' });
    const sources = [3, 1, 2, 0, 4].map((ms, index) => {
      const fake = fakeVideoFrame({ timestamp: index });
      const { copyTo } = fake;
      // Browsers copy in whatever order they like.
      fake.copyTo = async (...given) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        await copyTo(...given);
      };
      return fake;
    });
    const times: number[] = [];
    await Promise.all(
      sources.map(async (fake) => {
        using result = await processor.process(fake);
        times.push(result.timestampUs);
        expect([...result.data]).toEqual(await expected());
      }),
    );
    expect(times).toEqual([0, 1, 2, 3, 4]);
    expect(sources.map(({ closed }) => closed)).toEqual([1, 1, 1, 1, 1]);
    await processor.close();
    pool.expectAllBack();
  });

  test('convertFrame and a video processor take them too', async () => {
    const one = fakeVideoFrame();
    using converted = await convertFrame({ frame: one, target, backend: 'reference' });
    expect([...converted.data]).toEqual(await expected());
    const pool = watchedPool();
    const processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    const two = fakeVideoFrame({ format: 'NV12A' });
    {
      using result = await processor.process(two, [], { target });
      expect([...result.data]).toEqual(await expected());
    }
    await processor.close();
    pool.expectAllBack();
    expect([one.closed, two.closed]).toEqual([1, 1]);
  });

  test('a frame of another format is refused before its turn, and closed', async () => {
    const pool = watchedPool();
    const source: FrameFormat = { layout: importedFormat(fakeVideoFrame()).layout, color: BT601 };
    await using processor = await createFrameProcessor({
      source,
      target,
      leases: pool,
      backend: 'reference',
    });
    const wrong = [
      fakeVideoFrame({ format: 'I420' }),
      fakeVideoFrame({ codedWidth: 8 }),
      fakeVideoFrame({ colorSpace: BT709 }),
    ];
    for (const fake of wrong) {
      await expect(processor.process(fake)).rejects.toThrow(coded('E_INVALID_ARGUMENT'));
      expect(fake.closed).toBe(1);
    }
    await expect(processor.process(undefined as never)).rejects.toThrow(coded('E_INVALID_ARGUMENT'));
    await expect(processor.process({ width: 6 } as never)).rejects.toThrow(coded('E_INVALID_ARGUMENT'));
    pool.expectAllBack();
  });

  test('what the browser refuses fails its own frame alone', async () => {
    const pool = watchedPool();
    const source = importedFormat(fakeVideoFrame());
    await using processor = await createFrameProcessor({
      source,
      target,
      leases: pool,
      backend: 'reference',
    });
    const bad = fakeVideoFrame({ copyTo: () => Promise.reject(new Error('gone')) });
    const [failed, done] = await Promise.allSettled([
      processor.process(bad),
      processor.process(fakeVideoFrame()),
    ]);
    expect(failed).toMatchObject({ status: 'rejected', reason: coded('E_IMPORT_FAILED', 'gone') });
    expect(done.status).toBe('fulfilled');
    if (done.status === 'fulfilled') done.value[Symbol.dispose]();
    expect(bad.closed).toBe(1);
    pool.expectAllBack();
  });

  test('frames that wait when the processor closes are closed unread', async () => {
    const pool = watchedPool();
    const source = importedFormat(fakeVideoFrame());
    const processor = await createFrameProcessor({
      source,
      target,
      leases: pool,
      backend: 'reference',
      maxInFlight: 1,
    });
    const fakes = [0, 1, 2].map((timestamp) => fakeVideoFrame({ timestamp }));
    const results = fakes.map((fake) => processor.process(fake));
    const settled = Promise.allSettled(results);
    await processor.close();
    for (const result of await settled) if (result.status === 'fulfilled') result.value[Symbol.dispose]();
    expect(fakes.map(({ closed }) => closed)).toEqual([1, 1, 1]);
    pool.expectAllBack();
  });
});
