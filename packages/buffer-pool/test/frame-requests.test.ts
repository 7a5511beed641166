import type { Lease } from '@framerail/lifecycle';
import { BT709, frameLayout, type RawFrame } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import {
  createBufferPool,
  createMemoryManager,
  createSharedPool,
  type FrameDescription,
  frameOf,
} from '../src/index.js';
import { settle, watch } from './settled.js';

const KIB = 1024;
const small = frameLayout({ format: 'RGBA', width: 64, height: 64 });
const large = frameLayout({ format: 'RGBA', width: 128, height: 128 });

/** What frames are asked of. */
interface Source {
  acquire(byteLength: number): Promise<Lease>;
  acquireFrame(frame: FrameDescription): Promise<RawFrame>;
  stats(): { readonly bytesInUse: number };
}

const memory = createMemoryManager({
  maxBytes: 300 * KIB,
  budgets: { video: 200 * KIB, audio: 64 * KIB, thumbnails: 16 * KIB },
});

describe.each<[string, Source]>([
  ['a pool', createBufferPool({ maxBytes: 64 * KIB })],
  ['a shared pool', createSharedPool({ maxBytes: 64 * KIB })],
  ['a share', memory.audio],
  ['a managed pool', memory.createPool({ name: 'export', kind: 'video', maxBytes: 64 * KIB })],
])('%s', (_, source) => {
  test('gives the frame that was asked for, whatever the caller does with its object while it waits', async () => {
    const all = await source.acquire(64 * KIB);
    const frame = { layout: small, color: BT709, timestampUs: 1, durationUs: 2 };
    const waits = watch(source.acquireFrame(frame));
    Object.assign(frame, { layout: large, timestampUs: 5 });
    all.release();
    await settle();
    expect(waits.value).toMatchObject({ layout: small, timestampUs: 1, durationUs: 2 });
    waits.value?.[Symbol.dispose]();
    expect(source.stats().bytesInUse).toBe(0);
  });
});

test.each([
  [undefined, 'description'],
  [null, 'description'],
  [7, 'description'],
  [{}, 'description.layout'],
  [{ layout: {} }, 'description.layout.byteLength'],
  [{ layout: { ...small, byteLength: Number.NaN } }, 'description.layout.byteLength'],
])('frameOf refuses %j as a description', (given, name) => {
  using pool = createBufferPool({ maxBytes: 64 * KIB });
  using lease = pool.tryAcquire(small.byteLength) as Lease;
  expect(() => frameOf(lease, given as FrameDescription)).toThrow(
    expect.objectContaining({ code: 'E_INVALID_ARGUMENT', details: expect.objectContaining({ name }) }),
  );
});

test.each([undefined, null, 7, {}])('frameOf refuses %j as a lease', (given) => {
  const frame = { layout: small, color: BT709, timestampUs: 0, durationUs: 0 };
  expect(() => frameOf(given as unknown as Lease, frame)).toThrow(
    expect.objectContaining({ code: 'E_INVALID_ARGUMENT', message: expect.stringContaining('lease') }),
  );
});
