// Lets 4K frames go through a pipeline in a process of its own: read from a file as a decoder's output is, converted
// to RGBA by the addon or, without it, the reference; written to a device that takes everything. Sends the parent what
// that took.
//   node pipeline.ts FILE DISTINCT FRAMES pool|allocate     frames from a pool, or new memory for each
//   node pipeline.ts FILE DISTINCT FRAMES idle MILLISECONDS  as many turns in as much time, but no frames
import { type FileHandle, open } from 'node:fs/promises';
import { devNull } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBufferPool, frameOf } from '@framerail/buffer-pool';
import { createNativeBackend, createReferenceBackend, planConversion } from '@framerail/gpu-converters';
import type { Lease, LeaseSource } from '@framerail/lifecycle';
import { frameLayout, SRGB } from '@framerail/media-types';
import { loadNative } from '@framerail/native';
import { type Collections, watchCollections } from './collections.ts';
import { FRAME, FRAME_BYTES } from './frame.ts';
import { peakRssBytes } from './peak-rss.ts';

/** What is sent. */
export interface PipelineReport {
  readonly ms: number;
  readonly peakRssBytes: number;
  /** While the first frames went through, for which pools fill and programs are compiled. */
  readonly warmUp: Collections;
  /** After them. */
  readonly collections: Collections;
  /** What converted. */
  readonly backend: string;
}

const WARM_UP_FRAMES = 50;
/** Frames on their way at once. */
const IN_FLIGHT = 4;
const { width, height } = FRAME.layout;
const RGBA = { layout: frameLayout({ format: 'RGBA', width, height }), color: SRGB };

const [path = '', distinct = '', count = '', way = '', idleMs = ''] = process.argv.slice(2);
const frames = Number(count);
const file = await open(path);
const sink = await open(devNull, 'w');
const native = loadNative();
const leases =
  way === 'allocate'
    ? newMemory()
    : createBufferPool({ maxBytes: (IN_FLIGHT + 1) * (FRAME_BYTES + RGBA.layout.byteLength) });
const plan = planConversion(FRAME, RGBA, { operations: [], upsampling: 'bilinear' });
const backend = native.available
  ? createNativeBackend({ plan, leases, binding: native.binding, maxInFlight: IN_FLIGHT })
  : createReferenceBackend({ plan, leases });

let next = 0;
const stopWarmingUp = watchCollections();
await through(WARM_UP_FRAMES);
const warmUp = await stopWarmingUp();
const stop = watchCollections();
const startedMs = performance.now();
await through(WARM_UP_FRAMES + frames);
const ms = performance.now() - startedMs;
process.send?.({
  ms,
  peakRssBytes: peakRssBytes(),
  warmUp,
  collections: await stop(),
  backend: backend.name,
} satisfies PipelineReport);
await Promise.all([backend.close(), file.close(), sink.close()]);

/** Lets frames go through until so many have in all. */
async function through(last: number): Promise<void> {
  await Promise.all(Array.from({ length: IN_FLIGHT }, () => (way === 'idle' ? wait(last) : work(last))));
}

async function work(last: number): Promise<void> {
  while (next < last) {
    const index = next++;
    const lease = await leases.acquire(FRAME_BYTES);
    using decoded = frameOf(lease, { ...FRAME, timestampUs: index, durationUs: 1 });
    await readWhole(file, decoded.data, (index % Number(distinct)) * FRAME_BYTES);
    using converted = await backend.process(decoded);
    await sink.write(converted.data);
  }
}

async function wait(last: number): Promise<void> {
  for (; next < last; next += 1) await sleep((Number(idleMs) / frames) * IN_FLIGHT);
}

async function readWhole(handle: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.byteLength; ) {
    const { bytesRead } = await handle.read(target, done, target.byteLength - done, position + done);
    if (bytesRead === 0) throw new Error(`Expected ${target.byteLength} bytes at ${position} of ${path}`);
    done += bytesRead;
  }
}

/** What a program without a pool does: memory that isn't filled with zeros first, left to the collector. */
function newMemory(): LeaseSource {
  const lend = (byteLength: number): Lease => ({
    bytes: Buffer.allocUnsafe(byteLength),
    byteLength,
    retain: () => lend(byteLength),
    release: () => {},
    [Symbol.dispose]: () => {},
  });
  return { acquire: async (byteLength) => lend(byteLength) };
}
