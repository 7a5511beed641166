import { describe, expect, test } from 'vitest';
import { createPacedMap } from '../src/gpu/buffer-mapping.js';

/** A buffer whose mapping is there after some calls of `mapAsync`; earlier ones stay pending until they are given up. */
function fakeBuffer(readyAt: number) {
  const log: string[] = [];
  let calls = 0;
  let giveUp: ((reason: Error) => void) | undefined;
  const buffer = {
    mapAsync(): Promise<undefined> {
      calls += 1;
      log.push('map');
      if (calls >= readyAt) return Promise.resolve(undefined);
      return new Promise((_, reject) => {
        giveUp = reject;
      });
    },
    unmap() {
      log.push('unmap');
      giveUp?.(new Error('given up'));
    },
  };
  return { buffer: buffer as unknown as GPUBuffer, log };
}

describe('paced mapping', () => {
  test('leaves nothing pending between its tries', async () => {
    const { buffer, log } = fakeBuffer(3);
    await createPacedMap()(buffer, 1);
    expect(log).toEqual(['map', 'unmap', 'map', 'unmap', 'map']);
  });

  test('tries one buffer at a time, in the order in which they were submitted', async () => {
    const map = createPacedMap();
    const order: number[] = [];
    const fakes = [4, 1, 2].map(fakeBuffer);
    const maps = fakes.map(({ buffer }, index) => map(buffer, 1).then(() => order.push(index)));
    await Promise.resolve();
    expect(fakes.slice(1).every(({ log }) => log.length === 0)).toBe(true);
    await Promise.all(maps);
    expect(order).toEqual([0, 1, 2]);
  });

  test('sleeps for most of what mapping usually takes before it tries', async () => {
    let now = 0;
    const map = createPacedMap(() => now);
    const first = map(fakeBuffer(1).buffer, 1);
    // It has begun, and its two turns of the event loop are still to come.
    await Promise.resolve();
    now = 200;
    await first;
    const { buffer, log } = fakeBuffer(1);
    const second = map(buffer, 1);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([]);
    await second;
    expect(log).toEqual(['map']);
  });

  test('passes a failure on, and goes on with the next', async () => {
    const map = createPacedMap();
    const failing = { mapAsync: () => Promise.reject(new Error('lost')), unmap() {} } as unknown as GPUBuffer;
    const failed = map(failing, 1);
    const next = map(fakeBuffer(1).buffer, 1);
    await expect(failed).rejects.toThrow('lost');
    await next;
  });
});
