import { BT709, frameLayout } from '@framerail/media-types';
import { expect, test } from 'vitest';
import {
  createBufferPool,
  createSharedPool,
  frameOf,
  receiveFrame,
  receiveLease,
  transferFrame,
  transferLease,
} from '../src/index.js';
import { carry } from './transfer/carry.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

const layout = frameLayout({ format: 'NV12', width: 64, height: 32 });
const FRAME = { layout, color: BT709, timestampUs: 40_000, durationUs: 33_333 };

test('a frame arrives with layout, colour and time, and goes home when it is disposed', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const frame = await pool.acquireFrame(FRAME);
  frame.data.fill(77);
  const transfer = transferFrame(frame);
  expect(() => frame.data).toThrow(coded('E_LEASE_RELEASED'));
  const received = receiveFrame(carry(transfer));
  const { layout, color, timestampUs, durationUs } = received;
  expect({ layout, color, timestampUs, durationUs }).toEqual(FRAME);
  expect(received.data.byteLength).toBe(layout.byteLength);
  expect(received.data.every((byte) => byte === 77)).toBe(true);
  const back = receiveFrame(carry(transferFrame(received)));
  expect(back.data[0]).toBe(77);
  back[Symbol.dispose]();
  expect(() => back[Symbol.dispose]()).toThrow(coded('E_LEASE_RELEASED'));
  await expect.poll(() => pool.stats().bytesInUse).toBe(0);
});

test('a frame whose lease is larger than its layout', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const frame = frameOf(await pool.acquire(layout.byteLength + 500), FRAME);
  using received = receiveFrame(carry(transferFrame(frame)));
  expect(received.data.byteLength).toBe(layout.byteLength);
});

test('the lease of a frame message alone can be received', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  using received = receiveLease(carry(transferFrame(await pool.acquireFrame(FRAME))));
  expect(received.byteLength).toBe(layout.byteLength);
});

test('leases that are not this thread’s pools’ to send', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const released = await pool.acquire(5000);
  released.release();
  expect(() => transferLease(released)).toThrow(coded('E_LEASE_RELEASED'));
  using shared = await pool.acquire(5000);
  using other = shared.retain();
  expect(() => transferLease(shared)).toThrow(coded('E_LEASE_SHARED'));
  expect(shared.bytes.byteLength + other.bytes.byteLength).toBe(10_000);
  const foreign = {
    bytes: new Uint8Array(1),
    byteLength: 1,
    retain: () => foreign,
    release: () => {},
    [Symbol.dispose]: () => {},
  };
  expect(() => transferLease(foreign)).toThrow(coded('E_INVALID_ARGUMENT', 'lease of a pool of this thread'));
  using threads = createSharedPool({ maxBytes: 65_536 });
  using stays = await threads.acquire(5000);
  expect(() => transferLease(stays)).toThrow(coded('E_INVALID_ARGUMENT', 'shared pools stay in theirs'));
  expect(stays.bytes.byteLength).toBe(5000);
  for (const garbage of [undefined, null, 5, 'lease'])
    expect(() => transferLease(garbage as never)).toThrow(coded('E_INVALID_ARGUMENT', 'lease'));
  const noOwner = { ...FRAME, data: new Uint8Array(layout.byteLength), [Symbol.dispose]: () => {} };
  for (const garbage of [noOwner, undefined, null, 5])
    expect(() => transferFrame(garbage as never)).toThrow(
      coded('E_INVALID_ARGUMENT', 'frame that owns a lease'),
    );
});

test('messages that are no leases', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const message = carry(transferLease(await pool.acquire(5000)));
  const garbage: [unknown, string][] = [
    [undefined, 'message of transferLease'],
    [null, 'message of transferLease'],
    ['framerail-lease', 'message of transferLease'],
    [{}, 'message.type'],
    [{ ...message, type: 'lease' }, 'message.type'],
    [{ ...message, passage: 'stolen' }, 'message.passage'],
    [{ ...message, memory: undefined }, 'message.memory'],
    [{ ...message, memory: [1, 2] }, 'message.memory'],
    [{ ...message, memory: new Float32Array(5000) }, 'message.memory'],
    [{ ...message, memory: new Uint8Array(0) }, 'posted on'],
    [{ ...message, byteLength: 0 }, 'message.byteLength'],
    [{ ...message, byteLength: 5121 }, 'message.byteLength'],
    [{ ...message, byteLength: 1.5 }, 'message.byteLength'],
    [{ ...message, byteLength: Number.NaN }, 'message.byteLength'],
    [{ ...message, byteLength: '5000' }, 'message.byteLength'],
    [{ ...message, port: undefined }, 'message.port'],
    [{ ...message, port: { postMessage: () => {} } }, 'message.port'],
  ];
  for (const [value, words] of garbage)
    expect(() => receiveLease(value)).toThrow(coded('E_INVALID_ARGUMENT', words));
  expect(() => receiveLease({ ...message, version: 2 })).toThrow(
    coded('E_LEASE_MESSAGE_VERSION', 'one version of @framerail/buffer-pool'),
  );
  // None of them counted as received.
  receiveLease(message).release();
  expect(() => receiveLease(message)).toThrow(coded('E_INVALID_ARGUMENT'));
});

test('frames that are none leave the lease to be received', async () => {
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const message = carry(transferFrame(await pool.acquireFrame(FRAME)));
  const garbage: [unknown, string][] = [
    [undefined, 'use receiveLease'],
    [5, 'message.frame'],
    [{ ...FRAME, layout: undefined }, 'message.frame.layout'],
    [{ ...FRAME, color: 'bt709' }, 'message.frame.color'],
    [{ ...FRAME, layout: { ...layout, byteLength: 1e9 } }, 'layout.byteLength'],
    [{ ...FRAME, layout: { ...layout, byteLength: Number.NaN } }, 'layout.byteLength'],
    [{ ...FRAME, timestampUs: '0' }, 'message.frame.timestampUs'],
    [{ ...FRAME, durationUs: -1 }, 'message.frame.durationUs'],
  ];
  for (const [frame, words] of garbage)
    expect(() => receiveFrame({ ...message, frame })).toThrow(coded('E_INVALID_ARGUMENT', words));
  receiveFrame(message)[Symbol.dispose]();
});
