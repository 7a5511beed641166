import { BT709, frameLayout, SRGB } from '@framerail/media-types';
import { expect, test } from 'vitest';
import { createReferenceBackend, planConversion } from '../src/index.js';
import { numberedFrame, watchedPool } from './frames.js';

test('the reference backend lets the event loop run many times within a frame', async () => {
  const pool = watchedPool();
  const source = { layout: frameLayout({ format: 'NV12', width: 1920, height: 1080 }), color: BT709 };
  const target = { layout: frameLayout({ format: 'RGBA', width: 1920, height: 1080 }), color: SRGB };
  const plan = planConversion(source, target);
  // Time that only looking at it moves: the number of slices doesn't hang on the machine.
  let nowMs = 0;
  const clock = {
    now: () => {
      nowMs += 0.1;
      return nowMs;
    },
    setTimer: () => () => {},
  };
  await using backend = createReferenceBackend({ plan, leases: pool, clock });
  using frame = await numberedFrame(pool, source, 0);
  let turns = 0;
  let done = false;
  const count = (): void => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  using _result = await backend.process(frame);
  done = true;
  expect(turns).toBeGreaterThan(10);
});

test('an abort in mid-frame ends it at the next slice', async () => {
  const pool = watchedPool();
  const source = { layout: frameLayout({ format: 'NV12', width: 1920, height: 1080 }), color: BT709 };
  const plan = planConversion(source, source, { operations: [{ type: 'color', contrast: 1.2 }] });
  let nowMs = 0;
  const clock = { now: () => (nowMs += 1), setTimer: () => () => {} };
  const backend = createReferenceBackend({ plan, leases: pool, clock });
  const frame = await numberedFrame(pool, source, 0);
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  await expect(backend.process(frame, { signal: controller.signal })).rejects.toMatchObject({
    code: 'E_ABORTED',
  });
  frame[Symbol.dispose]();
  await backend.close();
  pool.expectAllBack();
});
