import { createBufferPool } from '@framerail/buffer-pool';
import { BT709, frameLayout, type PixelFormat, type RawFrame } from '@framerail/media-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createVideoProcessor, type Operation, openGpuDevice } from '../src/index.js';
import { LeaseOrder } from '../src/processor/lease-order.js';
import { coded } from './frames.js';

const BACKENDS = ['reference', ...(requireProgram('addon') ? (['native'] as const) : [])] as const;
const [WIDTH, HEIGHT] = [16, 8];
const ONE_RESULT = WIDTH * HEIGHT * 4;

/** A frame in memory of its own, not the pool's. */
function frameOf(format: PixelFormat, timestampUs = 0): RawFrame {
  const layout = frameLayout({ format, width: WIDTH, height: HEIGHT });
  const data = new Uint8Array(layout.byteLength).fill(100);
  return { layout, color: BT709, data, timestampUs, durationUs: 1, [Symbol.dispose]() {} };
}

const anyOperations = fc.constantFrom<() => Operation[]>(
  () => [],
  () => [{ type: 'flip', axis: 'horizontal' }],
  () => [{ type: 'rotate', degrees: 180 }],
  () => [{ type: 'fade', amount: 0.25 }],
  () => [{ type: 'dissolve', other: frameOf('I444'), amount: 0.5 }],
  () => [{ type: 'wipe', other: frameOf('P010'), amount: 0.5, direction: 'left' }],
);

describe('memory is given in the order of frames', () => {
  test.each(BACKENDS)('a pool with room for one result serves frames of any shapes (%s)', async (backend) => {
    const calls = fc.array(anyOperations, { minLength: 2, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 4 }), async (list, maxInFlight) => {
        using leases = createBufferPool({ maxBytes: ONE_RESULT });
        await using processor = createVideoProcessor({ leases, backend, maxInFlight });
        const results = list.map((operations, index) =>
          processor.process(frameOf('NV12', index), operations(), { target: 'RGBA' }),
        );
        for (const [index, result] of results.entries()) {
          using frame = await result;
          expect(frame.timestampUs).toBe(index);
        }
        expect(leases.stats().leases).toBe(0);
      }),
      { seed: 20_261_120, numRuns: 30, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: true },
    );
  });

  test('a frame that fails or never asks lets the next one have its turn', async () => {
    using leases = createBufferPool({ maxBytes: 64 });
    const order = new LeaseOrder(leases);
    const [idle, failing, last] = [order.next(), order.next(), order.next()];
    const served = last.result.acquire(64);
    const refused = failing.result.acquire(65);
    idle.pass();
    await expect(refused).rejects.toMatchObject(coded('E_POOL_TOO_LARGE'));
    (await served).release();
  });

  test('what is given back before the result keeps the turn', async () => {
    using leases = createBufferPool({ maxBytes: 64 });
    const order = new LeaseOrder(leases);
    const [first, second] = [order.next(), order.next()];
    let isServed = false;
    const later = second.result.acquire(64).then((lease) => {
      isServed = true;
      return lease;
    });
    (await first.passing.acquire(64)).release();
    await new Promise((go) => setImmediate(go));
    expect(isServed).toBe(false);
    (await first.result.acquire(64)).release();
    (await later).release();
  });

  test.runIf(requireProgram('webgpu'))(
    'a frame on the GPU gets its slot before later ones that are ready sooner',
    async () => {
      const gpu = await openGpuDevice();
      using leases = createBufferPool({ maxBytes: 2 ** 20 });
      const options = { leases, backend: 'webgpu', device: gpu.device } as const;
      const processor = createVideoProcessor(options);
      const dissolve = (other: PixelFormat): Operation[] => [
        { type: 'dissolve', amount: 0.5, other: frameOf(other) },
      ];
      try {
        for (const format of ['I444', 'RGBA'] as const)
          (await processor.process(frameOf('NV12'), dissolve(format)))[Symbol.dispose]();
        // Of three slots one stays lent; the other frame of the first has to be converted.
        const held = await processor.process(frameOf('NV12', 1), dissolve('RGBA'));
        const formats = ['I444', 'RGBA', 'RGBA'] as const;
        const results = formats.map((format, index) =>
          processor.process(frameOf('NV12', 2 + index), dissolve(format)),
        );
        for (const [index, result] of results.entries()) {
          using frame = await result;
          expect(frame.timestampUs).toBe(2 + index);
        }
        held[Symbol.dispose]();
      } finally {
        await processor.close();
        gpu.close();
      }
    },
  );

  test('waiting for earlier frames can be aborted', async () => {
    using leases = createBufferPool({ maxBytes: 64 });
    const order = new LeaseOrder(leases);
    order.next();
    const controller = new AbortController();
    const waiting = order.next().result.acquire(64, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject(coded('E_ABORTED'));
  });
});
